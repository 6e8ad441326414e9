"""Books (EPUB 2 and 3), translated in place: chapters, contents, title; the rest stays as it is."""

import posixpath
from urllib.parse import unquote

from accessibility.files import archive, lines
from accessibility.files.archive import Archive
from accessibility.files.markup import Page
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.refusals import FileDamaged, FileEncrypted
from accessibility.files.xml import Element, parse, write
from locales import tags
from locales.languages import text_direction
from locales.tags import LanguageTag

_TYPE = "application/epub+zip"
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_ENCRYPTED = "{http://www.w3.org/2001/04/xmlenc#}"
# Fonts that are only made unreadable outside the book do not hide its text.
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def open_epub(content: bytes, options: Options) -> OpenFile:
    """Every document of the book's list, its navigation, title and description."""
    package = archive.read(content, options.limits)
    _refuse_encrypted(package)
    name = _package_document(package)
    opf = parse(package.parts[name])
    said = _language(opf)
    pages = {part: Page(parse(package.parts[part]), said) for part in _listed(opf, name, package, "xhtml+xml")}
    contents = {part: parse(package.parts[part]) for part in _listed(opf, name, package, "x-dtbncx+xml")}
    slots: list[Slot] = [slot for page in pages.values() for slot in page.slots]
    for tree in contents.values():
        slots += [slot for label in tree.iter(f"{_NCX}text") for slot in lines.content(label)]
    slots += [slot for said_of in opf.iter(f"{_DC}title", f"{_DC}description") for slot in lines.content(said_of)]

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        for page in pages.values():
            page.finish(target)
        _say_language(opf, target)
        trees = {part: page.root for part, page in pages.items()} | contents | {name: opf}
        return package.written({part: write(tree) for part, tree in trees.items()})

    return OpenFile(slots, save, said)


def _refuse_encrypted(package: Archive) -> None:
    encrypted = package.parts.get("META-INF/encryption.xml")
    if encrypted is None:
        return
    methods = parse(encrypted).iter(f"{_ENCRYPTED}EncryptionMethod")
    if any(method.get("Algorithm") not in _FONTS for method in methods):
        raise FileEncrypted


def _package_document(package: Archive) -> str:
    container = package.parts.get("META-INF/container.xml")
    root = None if container is None else next(parse(container).iter(f"{_CONTAINER}rootfile"), None)
    name = "" if root is None else unquote(root.get("full-path", ""))
    if name not in package.parts:
        raise FileDamaged
    return name


def _listed(opf: Element, name: str, package: Archive, kind: str) -> list[str]:
    """Names of the parts of a media type, in the order of the book's list."""
    found = []
    for item in opf.iter(f"{_OPF}item"):
        part = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(item.get("href", ""))))
        if item.get("media-type", "") == f"application/{kind}" and part in package.parts and part not in found:
            found.append(part)
    return found


def _language(opf: Element) -> LanguageTag | None:
    said = next(opf.iter(f"{_DC}language"), None)
    try:
        return None if said is None or not said.text else tags.parse(said.text.strip())
    except tags.UnknownLanguage:
        return None


def _say_language(opf: Element, target: LanguageTag) -> None:
    for each in opf.iter(f"{_DC}language"):
        each.text = target
    for spine in opf.iter(f"{_OPF}spine"):
        if text_direction(target) == "rtl" or spine.get("page-progression-direction"):
            spine.set("page-progression-direction", text_direction(target))


EPUB = FileFormat("epub", (".epub",), _TYPE, open_epub, lambda content: archive.mimetype(content) == _TYPE, binary=True)
