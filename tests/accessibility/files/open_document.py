"""OpenDocument texts written by hand, as small as the format allows."""

from __future__ import annotations

import io
import zipfile

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"), ("meta", "meta"), ("manifest", "manifest"),
    )
)  # fmt: skip
_MORE = (
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:officeooo="http://openoffice.org/2009/office"'
)
TYPE = "application/vnd.oasis.opendocument.text"


def package(body: str, styles: str = "", master: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    """`styles`: automatic styles of the text, `master`: what stands in headers and footers."""
    parts = {
        "content.xml": f"<office:document-content {{}}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "styles.xml": "<office:document-styles {}><office:styles><style:default-style style:family='paragraph'>"
        "<style:paragraph-properties/><style:text-properties fo:language='es' fo:country='ES'/></style:default-style>"
        f"</office:styles><office:master-styles>{master}</office:master-styles></office:document-styles>",
        "meta.xml": "<office:document-meta {}><office:meta><dc:title>Aviso de obras</dc:title><dc:language>es-ES"
        "</dc:language></office:meta></office:document-meta>",
        "META-INF/manifest.xml": "<manifest:manifest {}><manifest:file-entry manifest:full-path='/' "
        f"manifest:media-type='{TYPE}'/><manifest:file-entry manifest:full-path='content.xml' "
        "manifest:media-type='text/xml'/><manifest:file-entry manifest:full-path='styles.xml' "
        "manifest:media-type='text/xml'/><manifest:file-entry manifest:full-path='meta.xml' "
        "manifest:media-type='text/xml'/></manifest:manifest>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", TYPE)
        for name, text in parts.items():
            whole = '<?xml version="1.0" encoding="UTF-8"?>' + text.replace(" {}", f" {_NAMESPACES} {_MORE}", 1)
            archive.writestr(name, whole, zipfile.ZIP_DEFLATED)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


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
