"""Documents of every format come back with their structure, and all of their text translated."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from accessibility.files.formats import FORMATS, open_file
from accessibility.files.opened import Options
from locales.tags import LanguageTag
from tests.accessibility.files.corpus import COLUMNS, CORPUS
from tests.accessibility.files.outline import outline

ES, AST = LanguageTag("es"), LanguageTag("ast")
PACKAGES = [name for name in CORPUS if name.endswith((".docx", ".odt", ".pptx", ".epub"))]
TEXTS = [
    name for name in CORPUS if name not in PACKAGES and not name.endswith((".pdf", ".md", ".po", ".xlf", ".xliff"))
]


def translated(name: str, content: bytes, change: str = "same", target: LanguageTag = ES) -> bytes:
    """The document with every text as it was, or in capitals; no mark is lost on the way."""
    _, opened = open_file(content, name, Options(COLUMNS.get(name, ())))
    for slot in opened.slots:
        assert slot.put(slot.text if change == "same" else capitals(slot.text))
    return opened.save(ES, target)


def capitals(text: str) -> str:
    return re.sub(r"<[^>]*>|[^<]+", lambda found: found[0] if found[0].startswith("<") else found[0].upper(), text)


def test_there_are_thirty_documents_of_all_formats() -> None:
    assert len(CORPUS) >= 30
    forms = {open_file(make(), name, Options(COLUMNS.get(name, ())))[0].name for name, make in CORPUS.items()}
    assert forms == {form.name for form in FORMATS}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_that_is_not_changed_is_the_same(name: str) -> None:
    content = CORPUS[name]()
    assert outline(translated(name, content)) == outline(content)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_not_changed_is_the_same(name: str) -> None:
    content = CORPUS[name]()
    again = translated(name, content)
    assert translated(name, again) == again


@pytest.mark.parametrize("name", CORPUS)
def test_every_text_is_translated_and_nothing_else_is_lost(name: str) -> None:
    content = CORPUS[name]()
    options = Options(COLUMNS.get(name, ()))
    before = [slot.text for slot in open_file(content, name, options)[1].slots]
    written = translated(name, content, "capitals", AST)
    if name.endswith((".po", ".xlf", ".xliff", ".tmx")):
        return  # what is translated there is no longer to be translated: tests of these formats look at it
    name = name if not name.endswith(".pdf") else "page.html"
    after = [slot.text for slot in open_file(written, name, options)[1].slots]
    assert sorted(set(_words(after))) == sorted(set(_words(map(capitals, before))))


def _words(texts: Iterable[str]) -> list[str]:
    return " ".join(texts).split()
