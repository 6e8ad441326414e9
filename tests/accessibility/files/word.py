"""Word documents as offices send them, made by python-docx and, for what it cannot make, by hand."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: Document) -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def picture() -> io.BytesIO:
    """A grey point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\x80")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def appended(document: Document, paragraph_xml: str) -> Any:
    """A paragraph written in XML, behind the others."""
    element = parse_xml(paragraph_xml.replace("<w:p>", f"<w:p {nsdecls('w', 'r', 'wp', 'a', 'pic')}>", 1))
    document.element.body.insert(len(document.element.body) - 1, element)
    return element


def appointment() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Carta de cita"
    document.add_heading("Cita médica", 1)
    paragraph = document.add_paragraph("Le esperamos el ")
    paragraph.add_run("lunes 3 de mayo").bold = True
    paragraph.add_run(" a las 9:30 en el ")
    paragraph.add_run("centro de salud").italic = True
    paragraph.add_run(".")
    document.add_paragraph("Teléfono:\t974 10 20 30\nNo olvide su tarjeta.")
    section = document.sections[0]
    section.header.paragraphs[0].text = "Departamento de Sanidad"
    section.footer.paragraphs[0].text = "Esta carta no necesita firma."
    return saved(document)


def form() -> bytes:
    document = docx.Document()
    document.add_heading("Solicitud de ayuda", 1)
    table = document.add_table(3, 3)
    table.style = "Table Grid"
    for place, text in enumerate(("Nombre", "Apellidos", "Documento")):
        table.cell(0, place).text = text
    merged = table.cell(1, 0).merge(table.cell(1, 2))
    merged.text = "Rellene con letra clara"
    inner = table.cell(2, 0).add_table(1, 2)
    inner.cell(0, 0).text = "Sí"
    inner.cell(0, 1).text = "No"
    return saved(document)


def guide() -> bytes:
    document = docx.Document()
    document.add_heading("Cómo pedir la tarjeta", 2)
    for text in ("Pida cita", "Traiga una fotografía", "Firme la solicitud"):
        document.add_paragraph(text, "List Number")
    for text in ("pasaporte", "permiso de residencia"):
        document.add_paragraph(text, "List Bullet")
    document.add_paragraph("Importante", "Intense Quote")
    document.add_page_break()  # type: ignore[no-untyped-call]
    document.add_paragraph("Fin de la guía")
    return saved(document)


def illustrated() -> bytes:
    document = docx.Document()
    document.add_paragraph("La entrada está en la calle Mayor.")
    document.add_picture(picture())
    document.element.body.find(f".//{qn('wp:docPr')}").set("descr", "Plano de la entrada")
    return saved(document)


def linked() -> bytes:
    """A link as an element, one as a field, and text around both."""
    document = docx.Document()
    link = document.part.relate_to("https://example.org/cita", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    appended(
        document,
        f'<w:p><w:r><w:t xml:space="preserve">Pida cita en </w:t></w:r><w:hyperlink r:id="{link}"><w:r><w:rPr>'
        '<w:color w:val="0000FF"/></w:rPr><w:t>la sede electrónica</w:t></w:r></w:hyperlink><w:r>'
        '<w:t xml:space="preserve"> o por teléfono.</w:t></w:r></w:p>',
    )
    appended(
        document,
        '<w:p><w:r><w:t xml:space="preserve">Consulte </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>'
        '<w:instrText xml:space="preserve"> HYPERLINK "https://example.org" </w:instrText></w:r><w:r>'
        '<w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>las bases</w:t></w:r><w:r>'
        '<w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> antes de firmar.</w:t></w:r></w:p>',
    )
    return saved(document)


def computed() -> bytes:
    """Page numbers, a table of contents over two paragraphs, a content control, a text box, a bookmark."""
    document = docx.Document()
    appended(
        document,
        '<w:p><w:r><w:t xml:space="preserve">Página </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r>'
        '</w:fldSimple><w:r><w:t xml:space="preserve"> de </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>'
        '<w:instrText> NUMPAGES </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> en total</w:t></w:r></w:p>',
    )
    appended(
        document,
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC </w:instrText></w:r><w:r>'
        '<w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Requisitos</w:t></w:r><w:r><w:tab/><w:t>1</w:t></w:r></w:p>',
    )
    appended(document, '<w:p><w:r><w:t>Plazos</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')
    appended(
        document,
        '<w:p><w:bookmarkStart w:id="0" w:name="aqui"/><w:r><w:t xml:space="preserve">Fecha: </w:t></w:r><w:sdt><w:sdtPr>'
        '<w:alias w:val="fecha"/></w:sdtPr><w:sdtContent><w:r><w:t>elija una fecha</w:t></w:r></w:sdtContent></w:sdt>'
        '<w:bookmarkEnd w:id="0"/></w:p>',
    )
    appended(
        document,
        '<w:p><w:r><w:pict><v:rect xmlns:v="urn:schemas-microsoft-com:vml" style="width:200pt;height:60pt"><v:textbox><w:txbxContent><w:p><w:r>'
        "<w:t>Aviso en un recuadro</w:t></w:r></w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>",
    )
    return saved(document)


def revised() -> bytes:
    """Tracked changes, a comment, words cut by spelling marks and revision numbers."""
    document = docx.Document()
    appended(
        document,
        '<w:p><w:r w:rsidR="00AA"><w:t>El pla</w:t></w:r><w:proofErr w:type="spellStart"/><w:r w:rsidR="00BB"><w:rPr>'
        '<w:noProof/><w:lang w:val="en-GB"/></w:rPr><w:t xml:space="preserve">zo termina el </w:t></w:r><w:del w:id="1" '
        'w:author="a"><w:r><w:delText>martes</w:delText></w:r></w:del><w:ins w:id="2" w:author="a"><w:r><w:t>jueves</w:t>'
        '</w:r></w:ins><w:commentRangeStart w:id="3"/><w:r><w:t>.</w:t></w:r><w:commentRangeEnd w:id="3"/></w:p>',
    )
    return saved(document)


def revised_number() -> bytes:
    """A number in a language of its own."""
    document = docx.Document()
    document.add_paragraph("Hola")
    appended(document, '<w:p><w:r><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t>974 10 20 30</w:t></w:r></w:p>')
    return saved(document)


def asking() -> bytes:
    """A form of Word: a list to choose from, a field with help, what it shows, a reference to a heading."""
    document = docx.Document()
    appended(
        document,
        '<w:p><w:r><w:t xml:space="preserve">Turno: </w:t></w:r><w:sdt><w:sdtPr><w:alias w:val="turno"/><w:dropDownList>'
        '<w:listItem w:displayText="por la mañana" w:value="m"/><w:listItem w:displayText="por la tarde" w:value="t"/>'
        "</w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>por la tarde</w:t></w:r></w:sdtContent></w:sdt></w:p>",
    )
    appended(
        document,
        '<w:p><w:r><w:t xml:space="preserve">Nombre: </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name '
        'w:val="n"/><w:helpText w:type="text" w:val="Como en su documento"/><w:statusText w:type="autoText" w:val="Entrada"/>'
        '<w:textInput><w:default w:val="escriba aquí"/></w:textInput></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMTEXT '
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>escriba</w:t></w:r><w:r><w:t '
        'xml:space="preserve"> aquí</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
    )
    appended(
        document,
        '<w:p><w:r><w:t xml:space="preserve">Vea </w:t></w:r><w:fldSimple w:instr=" REF a \\h "><w:r><w:t>la primera parte'
        '</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve">, página </w:t></w:r><w:fldSimple w:instr=" PAGEREF a "><w:r>'
        "<w:t>IV</w:t></w:r></w:fldSimple></w:p>",
    )
    appended(
        document,
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o </w:instrText></w:r><w:r><w:fldChar '
        'w:fldCharType="separate"/></w:r><w:r><w:t>Requisitos</w:t></w:r><w:r><w:tab/><w:t>1</w:t></w:r><w:r><w:fldChar '
        'w:fldCharType="end"/></w:r></w:p>',
    )
    return saved(document)


def diagram() -> bytes:
    """SmartArt: what it says, and how it was drawn last, in parts of their own."""
    document = docx.Document()
    document.add_paragraph("Los pasos son estos.")
    drawn = '<{0} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:rPr lang="es"/><a:t>{1}</a:t></a:r></a:p></{0}>'
    kinds = ("openxmlformats-officedocument.drawingml.diagramData", "ms-office.drawingml.diagramDrawing")
    for name, kind in zip(("data", "drawing"), kinds, strict=True):
        part = Part(
            PackURI(f"/word/diagrams/{name}1.xml"),
            f"application/vnd.{kind}+xml",
            drawn.format(name, "Rellene el impreso").encode(),
            document.part.package,
        )
        document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}")
    return saved(document)


def with_parts(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with more parts in it, or others."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info, old.read(info))
        for name, part in parts.items():
            new.writestr(name, part)
    return target.getvalue()


def noted() -> bytes:
    """A footnote, its reference in the middle of a sentence."""
    document = docx.Document()
    appended(
        document,
        '<w:p><w:r><w:t>La ayuda</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        '<w:footnoteReference w:id="1"/></w:r><w:r><w:t xml:space="preserve"> se paga cada mes.</w:t></w:r></w:p>',
    )
    notes = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {W}><w:footnote w:id="1"><w:p><w:r>'
        '<w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Según la ley.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(document)


def ended() -> bytes:
    """The same with an endnote."""
    foot = noted()
    types = part_of(foot, "[Content_Types].xml").replace("footnotes", "endnotes")
    body = part_of(foot, "word/document.xml").replace("footnoteReference", "endnoteReference")
    notes = part_of(foot, "word/footnotes.xml").replace("footnote", "endnote")
    relations = part_of(foot, "word/_rels/document.xml.rels").replace("footnotes", "endnotes")
    return with_parts(
        foot,
        {
            "[Content_Types].xml": types.encode(),
            "word/document.xml": body.encode(),
            "word/endnotes.xml": notes.encode(),
            "word/_rels/document.xml.rels": relations.encode(),
        },
    )


def drawn_twice() -> bytes:
    """A text box as Word writes it: for programs of today, and beside it for those of before; the first with more."""
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>"
    both = box.format("Pida cita")
    document.add_paragraph("Antes del recuadro.")
    appended(
        document,
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" Requires="wps"><w:drawing><wp:inline>'
        f'<wp:docPr id="9" name="b" descr="Plano de la entrada"/><a:graphic><a:graphicData uri="u"><wps:wsp><wps:txbx>{both}'
        "</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape "
        f'xmlns:v="urn:schemas-microsoft-com:vml" id="b" alt="Plano de la entrada"><v:textbox>{both}{box.format("Solo aquí")}'
        "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    return saved(document)


def renamed() -> bytes:
    """Its main part has a name of its own, which only relationships and content types tell."""
    content = appointment()
    changed = {
        name: part_of(content, name).replace("word/document.xml", "word/document2.xml").encode()
        for name in ("[Content_Types].xml", "_rels/.rels")
    }
    main = {"word/document2.xml": part_of(content, "word/document.xml").encode()}
    main["word/_rels/document2.xml.rels"] = part_of(content, "word/_rels/document.xml.rels").encode()
    return without(with_parts(content, changed | main), "word/document.xml", "word/_rels/document.xml.rels")


STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def strict() -> bytes:
    """As Word saves a "Strict Open XML Document"."""
    content = appointment()
    usual = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    names = ("word/document.xml", "word/styles.xml", "word/settings.xml", "word/header1.xml", "word/footer1.xml")
    return with_parts(content, {name: part_of(content, name).replace(usual, STRICT).encode() for name in names})


def part_of(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def without(content: bytes, *names: str) -> bytes:
    """The package without some of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in names:
                new.writestr(info, old.read(info))
    return target.getvalue()


def benefit() -> bytes:
    """A decision as a town hall sends it: running heads, numbered pages, lists, merged cells, a page on its side."""
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Ayuntamiento de Villanueva · Servicios sociales"
    foot = section.footer.paragraphs[0]
    foot.text = "Página "
    for code, between in (("PAGE", " de "), ("NUMPAGES", "")):
        for kind in ("begin", code, "end"):
            element = "instrText" if kind == code else "fldChar"
            said = f">{code}</w:instrText>" if kind == code else f' w:fldCharType="{kind}"/>'
            foot.add_run()._r.append(parse_xml(f"<w:{element} {W}{said}"))
        foot.add_run(between)
    document.add_heading("Solicitud de ayuda para el alquiler", 0)
    document.add_picture(picture())
    letter = document.add_paragraph("Su solicitud ha sido ")
    letter.add_run("aprobada").bold = True
    letter.add_run(". Presente los documentos ")
    letter.add_run("antes del 15 de junio").italic = True
    letter.add_run(" en la oficina municipal.")
    for style, texts in (
        ("List Bullet", ("Documento de identidad en vigor.", "Contrato de alquiler firmado.")),
        ("List Number", ("Rellene el formulario con letra clara.", "Entregue el formulario de 9:00 a 14:00.")),
    ):
        for text in texts:
            document.add_paragraph(text, style=style)
    table = document.add_table(rows=3, cols=3)
    table.style = "Table Grid"
    table.rows[0].cells[0].merge(table.rows[0].cells[2]).text = "Ayuda mensual"
    cells = ("Miembros", "Ingresos", "Ayuda", "Una persona", "1.200 €", "250 €")
    for place, text in enumerate(cells):
        table.cell(1 + place // 3, place % 3).text = text
    document.add_paragraph("Esta carta no es vinculante.", style="Intense Quote")
    document.add_page_break()  # type: ignore[no-untyped-call]
    document.add_paragraph("Lunes\t9:00\tRegistro\nMartes\t10:00\tAtención social")
    aside = document.add_section()
    aside.page_width, aside.page_height = aside.page_height, aside.page_width
    document.add_paragraph("Esta página explica las fechas del programa.")
    return saved(document)
