"""Markup is checked as XML against each dialect's own list, and espeak-ng says what it makes of it."""

from __future__ import annotations

import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.adapters import ssml
from accessibility.adapters.ssml import DIALECTS, SsmlOptions
from accessibility.document import Block, Document, Inline
from accessibility.parse import parse
from accessibility.rendering import NothingToRender, OptionInvalid, TextTooLong, UnsupportedDialect
from tests.accessibility.pages import all_pages, spanish, tag
from tests.accessibility.tools import needs

ES, EN = tag("es"), tag("en")
GREETING = '<p>Digo <span lang="en">good morning</span> y después adiós.</p>'
VOICES = tuple((tag(lang), f"{lang}-Voice") for lang in ("es", "en", "ast", "ps", "am"))


def markup(html: str, dialect: str = "w3c11", lang: str = "es", **options: object) -> str:
    given_options = SsmlOptions(dialect=dialect, **{"voices": VOICES, **options})  # type: ignore[arg-type]
    return str(ssml.render(parse(html, "html", tag(lang)), given_options).content)


def elements(content: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(content).iter())


def name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("page", all_pages())
def test_every_dialect_is_xml_with_no_tag_the_engine_does_not_know(dialect: str, page: str) -> None:
    document = all_pages()[page]
    options = SsmlOptions(dialect=dialect, voices=VOICES, rate=90)
    content = str(ssml.render(document, options).content)
    assert {name(each) for each in elements(content)} <= DIALECTS[dialect].tags
    assert name(elements(content)[0]) == "speak"


def foreign_tags(content: str, dialect: str) -> set[str]:
    return {name(each) for each in elements(content)} - DIALECTS[dialect].tags


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("tag_of_another", ["emphasis", "audio", "say-as", "phoneme", "lang", "voice", "mark"])
def test_the_list_of_a_dialect_sees_a_tag_of_another(dialect: str, tag_of_another: str) -> None:
    content = markup(GREETING, dialect)
    assert not foreign_tags(content, dialect)
    damaged = content.replace("</p>", f"<{tag_of_another}>x</{tag_of_another}></p>", 1)
    if tag_of_another not in DIALECTS[dialect].tags:
        assert foreign_tags(damaged, dialect) == {tag_of_another}


@pytest.mark.parametrize(
    ("dialect", "known"),
    [
        ("w3c11", "speak p sub break prosody lang"),
        ("espeak", "speak p sub break prosody voice"),
        ("polly", "speak p sub break prosody lang"),
        ("google", "speak p sub break prosody lang"),
        ("azure", "speak p sub break prosody voice"),
    ],
)
def test_no_dialect_learns_a_tag_by_accident(dialect: str, known: str) -> None:
    assert DIALECTS[dialect].tags == frozenset(known.split())


def test_each_dialect_switches_language_its_own_way() -> None:
    assert '<lang xml:lang="en">good morning</lang>' in markup(GREETING, "w3c11")
    # Polly and Google refuse a language without its region.
    assert '<speak xml:lang="es-ES">' in markup(GREETING, "polly")
    assert '<lang xml:lang="en-US">good morning</lang>' in markup(GREETING, "polly")
    assert '<lang xml:lang="en-GB">' in markup('<p>a <i lang="en-GB">b</i></p>', "google")
    assert '<lang xml:lang="und">' in markup('<p>a <i lang="und">b</i></p>', "google")
    assert '<voice xml:lang="en">good morning</voice>' in markup(GREETING, "espeak")
    assert '<voice name="en-Voice"><p>good morning</p></voice>' in markup(GREETING, "azure")
    # A voice that is not there is not asked for: the main one speaks.
    only = ((ES, "es-Voice"),)
    assert "<p>Digo good morning y después adiós.</p>" in markup(GREETING, "azure", voices=only)
    assert 'lang="en"' not in markup(GREETING, "espeak", languages=frozenset({ES}))


def test_azure_gets_version_one_and_a_voice_by_name() -> None:
    assert markup("<p>a</p>", "azure").startswith('<speak version="1.0" xmlns=')
    with pytest.raises(OptionInvalid) as fact:
        markup("<p>a</p>", "azure", voices=())
    assert fact.value.option == "ssml.voices"
    two = markup("<p>a</p><p>b</p>", "azure", rate=80)
    assert two.count("<voice") == 1
    assert '<voice name="es-Voice"><prosody rate="-20%"><p>a</p><break time="700ms"/><p>b</p></prosody></voice>' in two


def test_a_rate_is_written_as_the_engine_reads_it() -> None:
    assert '<prosody rate="80%">' in markup("<p>a", "polly", rate=80)
    # Azure would read "80%" as 80 % faster.
    assert '<prosody rate="-20%">' in markup("<p>a", "azure", rate=80)
    assert '<prosody rate="+50%">' in markup("<p>a", "azure", rate=150)
    assert "prosody" not in markup("<p>a", "azure", rate=100)


@pytest.mark.parametrize(("dialect", "rate"), [("polly", 201), ("azure", 49), ("w3c11", 19)])
def test_a_rate_that_the_engine_does_not_know_is_refused(dialect: str, rate: int) -> None:
    with pytest.raises(OptionInvalid) as fact:
        markup("<p>a", dialect, rate=rate)
    assert fact.value.option == "ssml.rate"


@pytest.mark.parametrize(
    ("lang", "written"),
    [("ca-valencia", "ca-ES"), ("oc-aranes", "oc-ES"), ("oc", "oc-FR"), ("zh-Hant", "zh-TW"), ("zh", "zh-CN"),
     ("sr-Latn", "sr-Latn-RS"), ("pt-BR", "pt-BR"), ("und", "und"), ("tlh", "tlh"), ("es-419", "es-419")],
)  # fmt: skip
def test_engines_that_want_a_region_get_one(lang: str, written: str) -> None:
    assert f'<speak xml:lang="{written}">' in markup("<p>a", "google", lang)


def test_a_passage_is_said_in_its_language_or_that_it_is_not() -> None:
    page = parse('<p>a <i lang="en-AU">b</i> <i lang="yo">c</i></p>', "html", ES)
    known = ssml.render(page, SsmlOptions(languages=frozenset({ES, EN})))
    assert '<lang xml:lang="en">b</lang>' in str(known.content)
    assert (known.exact, known.warnings) == (False, ("foreign_passage",))
    assert ssml.render(page, SsmlOptions()).exact
    named = ssml.render(page, SsmlOptions(dialect="azure", voices=VOICES))
    assert '<voice name="en-Voice"><p>b</p></voice>' in str(named.content)
    assert named.warnings == ("foreign_passage",)
    mexican = ssml.render(parse("<p>a", "html", tag("es-MX")), SsmlOptions(dialect="azure", voices=VOICES))
    assert '<voice name="es-Voice">' in str(mexican.content)


def test_the_name_of_a_voice_breaks_no_markup() -> None:
    elements(markup("<p>a", "azure", voices=((ES, 'x"><y>\x01&'),)))


def test_pauses_part_items_and_blocks() -> None:
    content = markup("<p>a</p><ul><li>b</li><li>c</li></ul>")
    assert content.endswith('<p>a</p><break time="700ms"/><p>b<break time="300ms"/>c</p></speak>')


def test_a_spoken_form_keeps_the_written_one() -> None:
    def verbalise(text: str, lang: str) -> str:
        assert lang == "es"
        return text.replace("9:00", "las nueve").replace("10 km²", "diez kilómetros cuadrados").replace("&", "y")

    content = markup("<p>De 9:00 a 10 km<sup>2</sup>, A & B y C.</p>", verbalise=verbalise)
    assert '<sub alias="las nueve">9:00</sub>' in content
    assert '<sub alias="diez">10</sub>' in content
    assert '<sub alias="y">&amp;</sub>' in content
    assert "".join(elements(content)[0].itertext()) == "De 9:00 a 10 km², A & B y C."


def test_words_that_are_only_said_or_only_written_are_not_lost() -> None:
    assert "<p>muy bien</p>" in markup("<p>bien</p>", verbalise=lambda text, _: f"muy {text}")
    assert "<p>bien (1)</p>" in markup("<p>bien (1)</p>", verbalise=lambda text, _: text.replace(" (1)", ""))


@settings(max_examples=40)
@given(st.text(max_size=40))
def test_any_text_is_well_formed_and_whole(text: str) -> None:
    # Built by hand: what the parser would clean away comes through here.
    document = Document(ES, (Block("paragraph", (Inline("text", "a" + text),)),))
    for dialect in DIALECTS:
        content = str(ssml.render(document, SsmlOptions(dialect=dialect, voices=VOICES)).content)
        said = "".join(elements(content)[0].itertext())
        assert said.split() == ssml._NOT_XML.sub("", "a" + text).split()


def test_facts_end_a_rendering() -> None:
    with pytest.raises(UnsupportedDialect) as fact:
        markup("<p>a</p>", "sapi")
    assert fact.value.known == ("w3c11", "espeak", "polly", "google", "azure")
    with pytest.raises(NothingToRender):
        markup("<hr>")
    with pytest.raises(TextTooLong) as limit:
        markup("<p>" + "a" * 100, max_chars=100)
    assert limit.value.limit == 100
    assert markup("<p>a", max_chars=1000)


def test_the_result_says_which_dialect_it_is() -> None:
    rendered = ssml.render(spanish(), SsmlOptions(dialect="polly"))
    assert rendered.content_type == "application/ssml+xml"
    assert rendered.used == (("dialect", "polly"),)
    assert ssml.capability(ES).available


def phonemes(content: str) -> str:
    command = ["espeak-ng", "-m", "-v", "es", "-q", "-x", "--stdin"]
    return subprocess.run(command, input=content.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()


ENGLISH, SPANISH = "g'Ud m'O@nIN", "aDj'os"


def test_espeak_speaks_english_inside_spanish_and_spanish_after_it() -> None:
    needs("espeak-ng")
    said = phonemes(markup(GREETING, "espeak"))
    assert said.index("d'iQo") < said.index(ENGLISH) < said.index(SPANISH)


@pytest.mark.parametrize(
    "damaged",
    [
        markup(GREETING, "w3c11"),
        markup(GREETING, "espeak").replace("voice", "s"),
    ],
    ids=["<lang> for the espeak dialect", "<s xml:lang>"],
)
def test_the_trace_shows_what_espeak_does_not_understand(damaged: str) -> None:
    needs("espeak-ng")
    said = phonemes(damaged)
    assert ENGLISH not in said or SPANISH not in said


def test_espeak_speaks_the_alias_and_escapes() -> None:
    needs("espeak-ng")
    said = phonemes(markup("<p>9:00 a &lt;b&gt;</p>", "espeak", verbalise=lambda t, _: t.replace("9:00", "nueve")))
    assert said.split()[0] == "nw'eBe"
    assert "b'e" in said
    assert "nw'eBe" not in phonemes(markup("<p>diez a &lt;b&gt;</p>", "espeak"))
