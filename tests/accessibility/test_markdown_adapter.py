from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.adapters import markdown, plain
from accessibility.adapters.markdown import MarkdownOptions
from accessibility.adapters.plain import PlainOptions
from accessibility.document import Document, walk
from accessibility.parse import parse
from tests.accessibility.pages import all_pages, tag

ES = tag("es")


def again(text: str, form: str = "markdown") -> str:
    return str(markdown.render(parse(text, form, ES), MarkdownOptions()).content)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "# Hola *mundo*\n\n### Adiós",
        "Uno **dos** ~~tres~~ `x < y` [cuatro](</a%20b> \"cin\\\"co\").",
        "Uno\\\ndos",
        "- uno\n- dos\n  - tres\n  - cuatro\n- cinco",
        "3. uno\n4. dos",
        "1. uno\n\n   otro párrafo\n\n2. dos",
        "> cita\n>\n> - uno\n> - dos",
        "```\na\n  `b`\n```",
        "````\n```\n````",
        "``a`b`` y `` ` ``",
        "---",
        "![Plano](<a.png> \"Título\")",
        "| Día | Hora |\n| --- | --- |\n| Lunes | 9:00 |\n| \\| | *x* |",
        "No es \\*énfasis\\*, ni \\[enlace\\], ni \\<b\\>, ni \\\\.",
        "\\# no es título",
        "1\\. no es lista",
        "\\- tampoco",
        "a <sup>b</sup> <span lang=\"en\" dir=\"ltr\">c</span> <abbr title=\"D &amp; E\">DE</abbr>",
        "<span translate=\"no\">Iker</span> <q>x</q> <mark>y</mark>",
    ],
)  # fmt: skip
def test_markdown_comes_back_as_it_was(text: str) -> None:
    assert again(text) == text


def test_what_markdown_has_no_word_for() -> None:
    assert again("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "html") == "**a**  \nb\n\n**c**  \nd"
    assert again('<p lang="gl">ola</p>', "html") == '<span lang="gl" dir="ltr">ola</span>'
    assert again("<table><caption>T<tr><td>a<td>b<tr><td colspan=2>c</table>", "html") == (
        "T\n\n|  |  |\n| --- | --- |\n| a | b |\n| c |  |"
    )
    assert again('<p><b> a</b> <i> </i><input placeholder="n"> <img alt="m"></p>', "html") == "**a** n m"
    assert again("<p><u>a</u></p><ul><li><p>a<p>b<li>c</ul>", "html") == "a\n\n- a\n\n  b\n\n- c"


@pytest.mark.parametrize("name", all_pages())
def test_a_page_through_markdown_reads_the_same(name: str) -> None:
    page = all_pages()[name]
    back = parse(str(markdown.render(page, MarkdownOptions()).content), "markdown", page.lang)

    def heard(document: Document) -> set[str]:
        content = str(plain.render(document, PlainOptions(sentence_per_line=False)).content)
        return {word.strip(".,:") for word in content.split()}

    # Sections and the headers of rows have no Markdown; their words have.
    assert heard(back) >= heard(page) - {"Secciones"}


@given(st.text(st.characters(categories=["L", "N", "P", "S"]) | st.sampled_from(" \n"), max_size=60))
def test_text_is_never_taken_for_markup(text: str) -> None:
    document = parse(text, "text", ES)
    back = parse(str(markdown.render(document, MarkdownOptions()).content), "markdown", ES)

    assert words(back) == words(document)


def words(document: Document) -> list[str]:
    texts = ("\n" if node.kind in ("break", "paragraph") else getattr(node, "text", "") for node in walk(document))
    return "".join(texts).split()


def test_markdown_says_what_it_is() -> None:
    rendered = markdown.render(all_pages()["ps"], MarkdownOptions())
    assert (rendered.content_type, rendered.dir) == ("text/markdown; charset=utf-8", "rtl")
    assert markdown.capability(tag("ps")).available


def test_numbers_that_markdown_would_not_write_stand_in_the_text() -> None:
    def written(markup: str) -> str:
        return str(markdown.render(parse(markup, "html", tag("es")), MarkdownOptions()).content)

    assert written("<ol start=3><li>a<li>b</ol>") == "3. a\n4. b"
    assert written("<ol type=a><li>a<li value=5>b</ol>") == "- a\\. a\n- e\\. b"
    assert written("<p>a</p><p hidden>b<ul><li hidden>c<li>d<p hidden>e</ul><dl><dt hidden>f<dt>g</dl>") == (
        "a\n\n- d\n\n**g**  "
    )
