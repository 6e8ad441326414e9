"""Books written by hand: EPUB 3 with navigation, EPUB 2 with NCX."""

from __future__ import annotations

import io
import zipfile

_CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_XHTML = (
    '<?xml version="1.0" encoding="UTF-8"?>{doctype}<html xmlns="http://www.w3.org/1999/xhtml" lang="es" xml:lang="es">'
    "<head><title>{title}</title></head><body>{body}</body></html>"
)
_CHAPTER = (
    '<h1 id="c1">Primera parte</h1><p class="first">Había una&nbsp;vez un <em>pueblo</em> sin '
    '<a href="#n1">fuente</a>.</p><aside><p id="n1">Nota de la autora.</p></aside><ul><li>uno<ul><li>dos</li></ul></li>'
    '</ul><p lang="en">Kept as it is.</p><img src="a.png" alt="Una plaza vacía"/>'
)


def _package(version: str, toc: tuple[str, str, str]) -> bytes:
    name, media_type, content = toc
    attributes = ' properties="nav"' if version == "3.0" else ""
    opf = (
        f'<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="{version}" unique-identifier="i">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">x</dc:identifier><dc:title>El pueblo'
        "</dc:title><dc:language>es</dc:language></metadata><manifest>"
        f'<item id="toc" href="{name}" media-type="{media_type}"{attributes}/>'
        '<item id="c1" href="text/uno%201.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine toc="toc"><itemref idref="c1"/></spine></package>'
    )
    doctype = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr("OEBPS/content.opf", opf)
        book.writestr(f"OEBPS/{name}", content)
        book.writestr("OEBPS/text/uno 1.xhtml", _XHTML.format(doctype=doctype, title="Primera parte", body=_CHAPTER))
    return target.getvalue()


def epub3() -> bytes:
    nav = '<nav><ol><li><a href="text/uno%201.xhtml#c1">Primera parte</a></li></ol></nav>'
    return _package("3.0", ("nav.xhtml", "application/xhtml+xml", _XHTML.format(doctype="", title="Índice", body=nav)))


def epub2() -> bytes:
    ncx = (
        '<?xml version="1.0"?><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><docTitle><text>El pueblo'
        '</text></docTitle><navMap><navPoint id="p"><navLabel><text>Primera parte</text></navLabel><content src="x"/>'
        "</navPoint></navMap></ncx>"
    )
    return _package("2.0", ("toc.ncx", "application/x-dtbncx+xml", ncx))
