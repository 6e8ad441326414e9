"""What Word and PowerPoint files have in common: properties of the file, alternative texts."""

from collections.abc import Iterator, Sequence

from lxml import etree

from accessibility.files import lines
from accessibility.files.archive import Archive
from accessibility.files.opened import Slot
from accessibility.files.xml import Element, parse, write
from locales.tags import LanguageTag

_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SPOKEN = ("descr", "title")


def core_properties(package: Archive) -> Element | None:
    """Title, author, dates; not every file has them."""
    content = package.parts.get(_CORE)
    return None if content is None else parse(content)


def title(core: Element | None) -> list[Slot]:
    """The title as a screen reader reads it out when the file is opened."""
    found = None if core is None else core.find(f"{_DC}title")
    return [] if found is None else list(lines.content(found))


def with_language(core: Element | None, target: LanguageTag) -> dict[str, bytes]:
    """The part with the language of the file."""
    if core is None:
        return {}
    found = core.find(f"{_DC}language")
    if found is None:
        found = etree.SubElement(core, f"{_DC}language")
    found.text = target
    return {_CORE: write(core)}


def alternative_texts(tree: Element, tags: Sequence[str]) -> Iterator[Slot]:
    """What is said in place of a picture, a shape or a chart. A file's name is no description."""
    for element in tree.iter(*tags):
        for attribute in _SPOKEN:
            yield from lines.attribute(element, attribute)
