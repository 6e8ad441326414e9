"""PDF files made by reportlab: text, two columns, a scan, one with a password."""

from __future__ import annotations

import io

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.accessibility.files.word import picture

_TOP = 780


def letter(pages: int = 3, encrypt: StandardEncryption | None = None) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=encrypt)
    canvas.setTitle("Carta del ayuntamiento")
    for page in range(1, pages + 1):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, 815, "Ayuntamiento de Monzón")
        canvas.drawString(300, 30, str(page))
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(60, _TOP, f"Corte de agua {page}")
        canvas.setFont("Helvetica", 11)
        text = canvas.beginText(60, _TOP - 40)
        text.textLine("El próximo martes no habrá agua en la zona centro, porque se cam-")
        text.textLine("biarán las tuberías. El servicio volverá por la tarde.")
        canvas.drawText(text)
        item = canvas.beginText(60, _TOP - 110)
        item.textLine("• Guarde agua para beber.")
        item.textLine("• Cierre los grifos.")
        canvas.drawText(item)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def columns() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.setFont("Helvetica", 11)
    for left, lines in (
        (60, ("La columna de la izquierda", "va primero.")),
        (330, ("La de la derecha", "va después.")),
    ):
        text = canvas.beginText(left, 700)
        for line in lines:
            text.textLine(line)
        canvas.drawText(text)
    canvas.save()
    return target.getvalue()


def scan() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawImage(ImageReader(picture()), 60, 60, 400, 600)
    canvas.save()
    return target.getvalue()


def mixed() -> bytes:
    """A page of text with a picture, a scan in a form of its own, an empty page, another scan."""
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawString(60, 700, "El agua no se puede beber.")
    canvas.drawImage(ImageReader(picture()), 60, 60, 400, 600)
    canvas.showPage()
    canvas.beginForm("scan")
    canvas.drawImage(ImageReader(picture()), 60, 60, 400, 600)
    canvas.endForm()
    canvas.doForm("scan")
    canvas.showPage()
    canvas.rect(60, 60, 10, 10)
    canvas.showPage()
    canvas.drawImage(ImageReader(picture()), 60, 60, 400, 600)
    canvas.save()
    return target.getvalue()


def locked() -> bytes:
    return letter(1, StandardEncryption("secret", canPrint=0))
