"""OpenDocument texts written by hand, as small as the format allows."""

from __future__ import annotations

import io
import zipfile

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"), ("meta", "meta"), ("manifest", "manifest"),
        ("form", "form"), ("presentation", "presentation"),
    )
)  # fmt: skip
_MORE = (
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:officeooo="http://openoffice.org/2009/office" '
    'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)
_TYPES = "application/vnd.oasis.opendocument."
TYPE = f"{_TYPES}text"


def package(
    body: str, styles: str = "", master: str = "", extra: dict[str, bytes] | None = None, kind: str = "text"
) -> bytes:
    """`kind`: what is in it; `styles`: automatic styles of the text, `master`: what stands in headers and footers."""
    parts = {
        "content.xml": f"<office:document-content {{}}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        "styles.xml": "<office:document-styles {}><office:styles><style:default-style style:family='paragraph'>"
        "<style:paragraph-properties/><style:text-properties fo:language='es' fo:country='ES'/></style:default-style>"
        f"</office:styles><office:master-styles>{master}</office:master-styles></office:document-styles>",
        "meta.xml": "<office:document-meta {}><office:meta><dc:title>Aviso de obras</dc:title><dc:language>es-ES"
        "</dc:language></office:meta></office:document-meta>",
        "META-INF/manifest.xml": "<manifest:manifest {}><manifest:file-entry manifest:full-path='/' "
        f"manifest:media-type='{_TYPES}{kind}'/><manifest:file-entry manifest:full-path='content.xml' "
        "manifest:media-type='text/xml'/><manifest:file-entry manifest:full-path='styles.xml' "
        "manifest:media-type='text/xml'/><manifest:file-entry manifest:full-path='meta.xml' "
        "manifest:media-type='text/xml'/></manifest:manifest>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", f"{_TYPES}{kind}")
        for name, text in parts.items():
            whole = '<?xml version="1.0" encoding="UTF-8"?>' + text.replace(" {}", f" {_NAMESPACES} {_MORE}", 1)
            archive.writestr(name, whole, zipfile.ZIP_DEFLATED)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


def slides() -> bytes:
    """A presentation: a slide, what every slide says below, speaker's notes; its master's text is nobody's."""
    box = "<draw:frame svg:width='8cm' svg:height='2cm'><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    said = f"{box.format('Pida cita')}{box.format('ቀጠሮ ይያዙ')}"
    notes = f"<presentation:notes>{box.format('Hable despacio')}</presentation:notes>"
    footer = "<presentation:footer-decl presentation:name='f'>Ayuntamiento</presentation:footer-decl>"
    body = f"{footer}<draw:page draw:name='p1'>{said}{notes}</draw:page>"
    master = f"<style:master-page style:name='Default'>{box.format('Pulse para editar')}</style:master-page>"
    return package(body, "", master, kind="presentation")


def asking() -> bytes:
    """A form: controls with labels, fields to fill in, a list to choose from."""
    controls = (
        "<office:forms><form:form form:name='f'><form:checkbox form:name='acepto' form:label='Acepto las condiciones' "
        "form:title='Marque para aceptar'/><form:listbox form:name='t'><form:option form:label='Turno de tarde' "
        "form:value='t'/></form:listbox></form:form></office:forms>"
    )
    return package(
        f"{controls}<text:p>Municipio: <text:text-input text:description='Escriba su municipio'>aquí</text:text-input></text:p>"
        "<text:p>Turno: <text:drop-down text:name='t'><text:label text:value='mañana'/><text:label text:value='tarde'/>tarde"
        "</text:drop-down></text:p><text:p>Vea <text:bookmark-ref text:ref-name='a'>la primera parte</text:bookmark-ref>.</text:p>"
        "<text:p>Fecha: <loext:content-control loext:alias='fecha'>elija <text:span>una</text:span> fecha</loext:content-control>"
        "</text:p>"
    )


def notice() -> bytes:
    styles = (
        "<style:style style:name='T1' style:family='text'><style:text-properties fo:font-weight='bold'/></style:style>"
        "<style:style style:name='T2' style:family='text'><style:text-properties officeooo:rsid='001'/></style:style>"
    )
    body = (
        "<text:h text:outline-level='1'>Aviso de obras</text:h>"
        "<text:p>La calle <text:span text:style-name='T1'>Mayor</text:span> es<text:span text:style-name='T2'>tará "
        "cerrada</text:span> del 3<text:s text:c='2'/>al 5.</text:p>"
        "<text:p>Horario:<text:tab/>de 9 a 14<text:line-break/>Gracias</text:p>"
        "<text:p>Más en <text:a xlink:href='https://example.org/obras'>nuestra página</text:a> o en persona.</text:p>"
    )
    master = (
        "<style:master-page style:name='Standard'><style:header><text:p>Ayuntamiento</text:p></style:header>"
        "<style:footer><text:p>Página <text:page-number>1</text:page-number> del aviso</text:p></style:footer>"
        "</style:master-page>"
    )
    return package(body, styles, master)


def form() -> bytes:
    cells = "".join(
        f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("Día", "Hora", "Lugar")
    )
    items = "".join(f"<text:list-item><text:p>{text}</text:p></text:list-item>" for text in ("pan", "leche"))
    return package(
        f"<table:table><table:table-column table:number-columns-repeated='3'/><table:table-row>{cells}</table:table-row></table:table><text:list>{items}</text:list>"
        "<text:p><draw:frame text:anchor-type='paragraph' svg:width='8cm' svg:height='2cm'><draw:text-box><text:p>Texto en un marco</text:p></draw:text-box><svg:title>Plano</svg:title>"
        "<svg:desc>Plano de la oficina</svg:desc></draw:frame></text:p>"
    )


def noted() -> bytes:
    return package(
        "<text:p>La ayuda<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Según la ley.</text:p></text:note-body></text:note> se paga <text:bookmark text:name='a'/>cada mes."
        "<office:annotation><text:p>revisar esto</text:p></office:annotation></text:p>"
    )
