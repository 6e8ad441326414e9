"""Documents of the load test, read by the library that offices' programs are tested with."""

from __future__ import annotations

import io
from random import Random

import docx
import pytest

from loadtests import papers, texts


@pytest.mark.parametrize("language", sorted(texts.written_in()))
def test_a_document_holds_every_block_of_its_text_as_a_paragraph(language: str) -> None:
    text = texts.document(Random(3), language) + "\n\nA < B & C"
    content = papers.document(text)
    assert [each.text for each in docx.Document(io.BytesIO(content)).paragraphs] == text.split("\n\n")
    assert papers.complete(content, text)
    assert papers.document(text) == content


def test_what_lacks_a_paragraph_or_is_no_document_is_not_complete() -> None:
    text = "Uno.\n\nDos.\n\nTres."
    assert not papers.complete(papers.document("Uno.\n\nDos."), text)
    assert not papers.complete(papers.document("Uno.\n\n \n\nTres."), text)
    for content in (b"", b"PK\x03\x04", papers.document(text)[:-30]):
        assert not papers.complete(content, text)


def test_a_document_that_word_processors_write_is_looked_through_too() -> None:
    written, text = docx.Document(), "وثيقة\n\nदस्तावेज़"
    for block in text.split("\n\n"):
        written.add_paragraph().add_run(block).bold = True
    held = io.BytesIO()
    written.save(held)
    assert papers.complete(held.getvalue(), text)
