from __future__ import annotations

import json

import pytest

from accessibility.document import (
    MAX_CHARS,
    MAX_DEPTH,
    MAX_NODES,
    Block,
    Document,
    DocumentTooDeep,
    DocumentTooLarge,
    Inline,
    plain_text,
    walk,
)
from tests.accessibility.pages import all_pages, spanish, tag

ES = tag("es")


def paragraph(text: str, **more: str) -> Block:
    return Block("paragraph", (Inline("text", text),), attributes=tuple(more.items()))


def test_equal_documents_have_equal_canonical_forms_and_others_do_not() -> None:
    forms = {name: page.canonical() for name, page in all_pages().items()}
    assert forms == {name: page.canonical() for name, page in all_pages().items()}
    assert len(set(forms.values())) == len(forms)
    assert json.loads(forms["ps"])[1:3] == ["ps", "rtl"]


@pytest.mark.parametrize(
    "other",
    [
        Document(tag("ast"), (paragraph("a"),)),
        Document(ES, (paragraph("a"),), "rtl"),
        Document(ES, (paragraph("a"),), title="a"),
        Document(ES, (paragraph("a"), paragraph("a"))),
        Document(ES, (paragraph("a", id="x"),)),
        Document(ES, (Block("heading", (Inline("text", "a"),)),)),
        Document(ES, (Block("paragraph", (Inline("keep", "a"),)),)),
        Document(ES, (Block("paragraph", (Inline("text", "a", lang=tag("gl")),)),)),
    ],
)
def test_whatever_differs_shows_in_the_canonical_form(other: Document) -> None:
    assert other.canonical() != Document(ES, (paragraph("a"),)).canonical()


def test_text_cannot_imitate_structure_in_the_canonical_form() -> None:
    assert Document(ES, (paragraph('a"],["text'),)).canonical() != Document(ES, (paragraph("a"),)).canonical()


def test_depth_nodes_and_text_are_bounded() -> None:
    deep = Block("paragraph")
    for _ in range(MAX_DEPTH):
        deep = Block("quote", blocks=(deep,))
    with pytest.raises(DocumentTooDeep) as too_deep:
        Document(ES, (deep,))
    assert too_deep.value.limit == MAX_DEPTH
    with pytest.raises(DocumentTooLarge) as too_many:
        Document(ES, (Block("rule"),) * (MAX_NODES + 1))
    assert too_many.value.limit == MAX_NODES
    for document in (paragraph("a" * (MAX_CHARS + 1)), paragraph("", title="a" * (MAX_CHARS + 1))):
        with pytest.raises(DocumentTooLarge) as too_long:
            Document(ES, (document,))
        assert too_long.value.limit == MAX_CHARS


def test_a_document_knows_its_direction_and_whether_it_says_anything() -> None:
    assert all_pages()["ps"].direction == "rtl"
    assert Document(ES, dir="rtl").direction == "rtl"
    assert Document(ES, (Block("rule"), paragraph(" \u00a0"))).empty
    assert not Document(ES, (Block("paragraph", (Inline("image", attributes=(("alt", "Mapa"),)),)),)).empty


def test_nodes_come_in_reading_order() -> None:
    texts = [node.text for node in walk(spanish()) if isinstance(node, Inline) and node.text.strip()]
    assert texts[:2] == ["Biblioteca ", "municipal"]
    assert texts.index("Qué traer") < texts.index("Lunes") < texts.index("library") < texts.index("15 días")


def test_plain_text_of_a_line_holds_what_is_read_aloud() -> None:
    line = (
        Inline("text", "Ver "),
        Inline("link", children=(Inline("strong", children=(Inline("text", "aquí"),)),)),
        Inline("break"),
        Inline("image", attributes=(("alt", "Mapa"),)),
        Inline("field", attributes=(("placeholder", "Nombre"),)),
    )
    assert plain_text(line) == "Ver aquí\nMapaNombre"
