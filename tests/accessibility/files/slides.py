"""Presentations made by python-pptx."""

from __future__ import annotations

import io

from pptx import Presentation
from pptx.util import Inches

from tests.accessibility.files.word import picture


def talk() -> bytes:
    presentation = Presentation()
    presentation.core_properties.title = "Charla sobre la vacuna"
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "La vacuna de la gripe"
    frame = slide.placeholders[1].text_frame
    frame.text = "Es gratis"
    paragraph = frame.add_paragraph()
    paragraph.text = "Pida "
    run = paragraph.add_run()
    run.text = "cita"
    run.font.bold = True
    link = paragraph.add_run()
    link.text = " en la sede"
    link.hyperlink.address = "https://example.org"
    slide.notes_slide.notes_text_frame.text = "Hable despacio."
    return _saved(presentation)


def table() -> bytes:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Horarios"
    grid = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(6), Inches(1)).table
    for place, text in enumerate(("Día", "Hora", "lunes", "por la mañana")):
        grid.cell(place // 2, place % 2).text = text
    shown = slide.shapes.add_picture(picture(), Inches(1), Inches(4))
    shown._element.nvPicPr.cNvPr.set("descr", "Fachada de la oficina")
    return _saved(presentation)


def _saved(presentation: object) -> bytes:
    content = io.BytesIO()
    presentation.save(content)  # type: ignore[attr-defined]
    return content.getvalue()
