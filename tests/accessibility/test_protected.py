import pytest

from accessibility.adapters import html
from accessibility.adapters.html import HtmlOptions
from accessibility.parse import parse
from accessibility.passages import passages
from accessibility.protected import guard, holds, keep
from tests.accessibility.pages import tag


def test_phrases_are_taken_out_and_put_back_letter_by_letter() -> None:
    guarded = guard("Vaya a la Plaza Mayor o a la Plaza, {p0}.", ["Plaza", "Plaza Mayor"])
    assert guarded.text == "Vaya a la {p1} o a la {p2}, {p0}."
    assert guarded.restore("Go to {p1} or {p2}, {p0}.") == "Go to Plaza Mayor or Plaza, {p0}."
    assert guarded.restore("Go to {p1}.") is None
    assert guarded.restore("{p1} {p1} {p2}") is None
    assert guarded.held("Plaza Mayor, Plaza")
    assert not guarded.held("Plaza mayor")


@pytest.mark.parametrize(
    ("text", "phrase", "masked"),
    [
        ("Plazas y Plaza.", "Plaza", "Plazas y {p0}."),
        ("किताबें किताब", "किताब", "किताबें {p0}"),
        ("ቤተ መጻሕፍት", "መጻሕፍት", "ቤተ {p0}"),
        ("Use C++ y C.", "C++", "Use {p0} y C."),
        ("plaza", "Plaza", "plaza"),
    ],
)
def test_a_phrase_is_whole_words_in_the_same_case(text: str, phrase: str, masked: str) -> None:
    assert guard(text, [phrase]).text == masked


def test_places_are_those_of_the_original() -> None:
    text = "La Biblioteca Nacional abre el UE 14."
    guarded = guard(text, ["Biblioteca Nacional", "UE"])
    for word in ("abre", "14"):
        start = guarded.text.index(word)
        moved = guarded.original((start, start + len(word)))
        assert text[slice(*moved)] == word
    mark = guarded.text.index("{p0}")
    assert text[slice(*guarded.original((mark + 1, mark + 2)))] == "Biblioteca Nacional"
    assert guarded.original((0, len(guarded.text))) == (0, len(text))


def test_in_a_page_they_are_marked_as_what_is_not_translated() -> None:
    markup = "<p>La <b>gran Plaza Mayor</b></p><ul><li>Plaza Mayor</li></ul><pre>Plaza Mayor</pre>"
    page = parse(markup, "html", tag("es"))
    kept = keep(page, ["Plaza Mayor"])
    written = str(html.render(kept, HtmlOptions()).content)
    assert written.count('<span translate="no">Plaza Mayor</span>') == 2
    assert all("Mayor" not in each.text for each in passages(kept))


def test_places_that_are_known_are_left_as_they_are() -> None:
    text = "Plaza. La Plaza abre. Plaza."
    assert guard(text, ["Plaza"], [(7, 21)]).text == "{p0}. La Plaza abre. {p1}."
    assert guard(text, ["Plaza", "abre. Plaza"], [(0, 5), (7, 10), (22, 28)]).text == "Plaza. La {p0} abre. Plaza."


def test_the_text_is_cut_between_placeholders_and_never_in_a_phrase() -> None:
    text = "Uno. Yahoo! Answers. Dos UE."
    assert guard(text, ["Yahoo! Answers", "UE"]).parts([5, 12, 21, 28]) == ["Uno. ", "{p0}. ", "Dos {p1}."]


@pytest.mark.parametrize(
    ("markup", "translated", "whole"),
    [
        ("<p>La Plaza <b>Mayor</b></p>", "<p>A Plaza <b>Mayor</b></p>", True),
        ("<p>La Plaza <b>Mayor</b></p>", "<p>A plaza <b>mayor</b></p>", False),
        ("<p>Ve <img src=x alt='Plaza Mayor'></p>", "<p>Ve <img src=x alt='plaza mayor'></p>", False),
        ("<title>Plaza Mayor</title><p>Ve</p>", "<title>Plaza</title><p>Ve</p>", False),
        ("<p title='Plaza Mayor'>Ve</p>", "<p title='Plaza'>Ve</p>", True),
    ],
)
def test_phrases_of_a_page_are_counted_in_what_is_read(markup: str, translated: str, whole: bool) -> None:
    page, other = parse(markup, "html", tag("es")), parse(translated, "html", tag("an"))
    assert holds(page, other, ["Plaza Mayor"]) is whole
