"""PowerPoint presentations (ECMA-376, PresentationML), translated in place."""

import re
from collections.abc import Iterator

from accessibility.files import archive, drawing, ooxml
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.xml import Element
from locales.tags import LanguageTag

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

# Slides, speaker's notes, text of diagrams; not the masters, whose text no audience sees.
_PART = re.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide|diagrams/(?:data|drawing))[0-9]+\.xml")
_MAIN = "ppt/presentation.xml"
_DRAWN = (f"{_P}cNvPr",)


def open_pptx(content: bytes, options: Options) -> OpenFile:
    """Slides, tables, diagrams, speaker's notes, alternative texts and the title; charts keep their words."""
    package = archive.read(content, options.limits)
    names = sorted((name for name in package.parts if _PART.fullmatch(name)), key=_number)
    trees = {name: ooxml.read_part(package.parts[name]) for name in (*names, _MAIN)}
    core = ooxml.core_properties(package)
    slots = [each for name in names for each in _slots(trees[name])] + ooxml.title(core)

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        for tree in trees.values():
            drawing.in_language(tree, target)
        changed = {name: ooxml.write_part(tree, package.parts[name]) for name, tree in trees.items()}
        return package.written({**changed, **ooxml.with_language(core, target)})

    return OpenFile(slots, save)


def _number(name: str) -> tuple[int, str]:
    return int(re.findall("[0-9]+", name)[-1]), name


def _slots(tree: Element) -> Iterator[Slot]:
    for _, slot in drawing.paragraphs(tree):
        yield slot
    for element in tree.iter(*_DRAWN):
        yield from ooxml.alternative_texts(element)


PPTX = FileFormat(
    "pptx",
    (".pptx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    open_pptx,
    lambda content: archive.has_part(content, _MAIN),
    binary=True,
)
