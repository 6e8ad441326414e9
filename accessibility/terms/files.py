"""What can be wrong with a file of terms or of translations, and the safe way into one that is XML."""

import io
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from locales.tags import LanguageTag, UnknownLanguage, parse

# Deeper than any file of terms; a tree of a million levels must not be built.
_DEEPEST = 64
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class FileFault(ValueError):
    """A file that cannot be read; what it says is never quoted."""


class FileDamaged(FileFault):
    """Not UTF-8, not well-formed or not of this format; `line` counts from 1, 0 where no line is known."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(f"damaged at line {line}")
        self.line = line


class FileForbidden(FileFault):
    """XML that declares entities or points outside itself."""


class PairMissing(FileFault):
    """Well-formed, yet without a single entry of this pair; `available` are the languages there."""

    def __init__(self, available: frozenset[LanguageTag] = frozenset()) -> None:
        super().__init__("no entry of this language pair")
        self.available = tuple(sorted(available))


def decoded(content: bytes) -> str:
    """UTF-8, with or without a byte order mark; FileDamaged for anything else."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileDamaged(content.count(b"\n", 0, error.start) + 1) from None


def elements(content: bytes, *names: str) -> Iterator[Element]:
    """Elements of these local names, each complete, in order; the memory of one is given back before the next.

    A document type may be named, as TMX files do, but nothing of it is read; entities are refused (FileForbidden).
    """
    open_elements: list[Element] = []
    try:
        for event, element in iterparse(io.BytesIO(content), ("start", "end")):
            if event == "start":
                open_elements.append(element)
                if len(open_elements) > _DEEPEST:
                    raise FileDamaged
                continue
            open_elements.pop()
            if local(element) in names:
                yield element
                element.clear()
                if open_elements:
                    open_elements[-1].remove(element)
    except DefusedXmlException:
        raise FileForbidden from None
    except ParseError as error:
        raise FileDamaged(error.position[0]) from None
    except (LookupError, ValueError) as error:  # an encoding nobody knows, or none that Python reads
        if isinstance(error, FileFault):
            raise
        raise FileDamaged(1) from None


def local(element: Element) -> str:
    """The name of an element without its namespace, as both versions of TBX use different ones."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def language_of(element: Element, outdated: str = "lang") -> LanguageTag | None:
    """What `xml:lang` says, or `lang` in files older than that; None where it is no language."""
    try:
        return parse(element.get(LANG) or element.get(outdated) or "")
    except UnknownLanguage:
        return None


def same(there: LanguageTag | None, wanted: LanguageTag) -> bool:
    """Whether text in one language serves for the other: `es-MX` is Spanish, but Valencian is not any Catalan."""
    return there is not None and _without_region(there) == _without_region(wanted)


def _without_region(tag: LanguageTag) -> tuple[str, ...]:
    language, *others = tag.split("-")
    return (language, *(each for each in others if not (len(each) == 2 or each.isdigit())))
