"""liblouis itself: pinned cells, round trips, the shape of pages, and no character that vanishes."""

from __future__ import annotations

import subprocess
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from accessibility import tools
from accessibility.adapters import braille
from accessibility.adapters.braille import BrailleOptions
from accessibility.braille_tables import find, nearest
from accessibility.document import Document
from accessibility.parse import parse
from accessibility.rendering import (
    Capability,
    NoBrailleTable,
    NothingToRender,
    Rendered,
    ToolMissing,
    UndefinedCharacters,
)
from locales.languages import LANGUAGES
from tests.accessibility.pages import spanish, tag
from tests.accessibility.tools import needs

needs("lou_translate")


def plain(text: str, lang: str) -> Document:
    return parse(text, "text", tag(lang))


def rendered(text: str, lang: str, **options: object) -> Rendered:
    return braille.render(plain(text, lang), BrailleOptions(**options))  # type: ignore[arg-type]


def cells(text: str, lang: str, **options: object) -> str:
    return str(rendered(text, lang, **options).content).removesuffix("\n")


# Signs for numbers, capitals and accented letters: another table, or a changed one, shows here.
PINNED = [
    ("es", "casa", "⠉⠁⠎⠁"),
    ("es", "Casa", "⠨⠉⠁⠎⠁"),
    ("es", "año", "⠁⠻⠕"),
    ("es", "está aquí", "⠑⠎⠞⠷⠀⠁⠟⠥⠌"),
    ("es", "corazón", "⠉⠕⠗⠁⠵⠬⠝"),
    ("es", "pingüino", "⠏⠊⠝⠛⠳⠊⠝⠕"),
    ("es", "12", "⠼⠁⠃"),
    ("es", "2026", "⠼⠃⠚⠃⠋"),
    ("es", "¿Sí?", "⠢⠨⠎⠌⠢"),
    ("en", "Hello", "⠠⠓⠑⠇⠇⠕"),
    ("en", "the 12", "⠞⠓⠑⠀⠼⠁⠃"),
    ("fr", "été", "⠿⠞⠿"),
    ("pt", "não", "⠝⠜⠕"),
    ("ca", "casa", "⠉⠁⠎⠁"),
    ("cy", "tŷ", "⠞⠈⠽"),
    ("sw", "maji", "⠍⠁⠚⠊"),
    ("ru", "да", "⠙⠁"),
    ("ar", "باب", "⠃⠁⠃"),
    ("ko", "나무", "⠉⠣⠑⠍"),
]


@pytest.mark.parametrize(("lang", "text", "expected"), PINNED)
def test_cells_are_those_of_the_code(lang: str, text: str, expected: str) -> None:
    assert cells(text, lang) == expected


def test_contracted_braille_is_asked_for() -> None:
    assert cells("the", "en", grade=2) == "⠮"
    assert rendered("the", "en", grade=2).warnings == ()
    # Greek has a contracted table only, Catalan an uncontracted one.
    assert rendered("και", "el").warnings == ("other_grade",)
    assert rendered("casa", "ca", grade=2).warnings == ("other_grade",)


@pytest.mark.parametrize(
    ("lang", "name"),
    [
        ("es", "Spanish, uncontracted"),
        ("es-MX", "Spanish, uncontracted"),
        ("en", "English, unified, uncontracted"),
        ("ko", "Korean, uncontracted"),
        ("ca-valencia", "Catalan"),
        ("zu", "isiZulu, uncontracted"),
    ],
)
def test_tables_are_found_by_what_they_say_of_themselves(lang: str, name: str) -> None:
    table = find(tag(lang), 1)
    assert table is not None
    assert table.name == name


def test_the_region_chooses_between_codes() -> None:
    mainland, taiwan = find(tag("zh"), 1), find(tag("zh-TW"), 1)
    assert mainland is not None
    assert taiwan is not None
    assert (mainland.region, taiwan.region) == ("cmn-CN", "cmn-TW")


@pytest.mark.parametrize("lang", ["br", "si", "ast", "gl", "ha", "yo", "gn"])
def test_a_language_without_a_table_is_refused(lang: str) -> None:
    # The file `br-in-g1` is Braj, `si-in` Sindhi: names of files name no language.
    with pytest.raises(NoBrailleTable) as fact:
        rendered("a", lang)
    assert (fact.value.lang, fact.value.nearest) == (lang, nearest(tag(lang)))


def test_a_reader_may_ask_for_the_nearest_table() -> None:
    found = rendered("Xixón ñ", "ast", fallback="nearest")
    assert (found.exact, found.warnings) == (False, ("nearest_table",))
    assert dict(found.used) == {"table": "es.tbl", "name": "Spanish, uncontracted"}
    with pytest.raises(NoBrailleTable):
        rendered("ọjọ́", "yo", fallback="nearest")


def test_every_nearest_table_is_there() -> None:
    near = {other for lang in LANGUAGES if (other := nearest(lang))}
    assert {"es", "fr", "it", "en"} <= near
    assert all(find(other, 1) for other in near)


def test_a_profile_may_name_the_table_of_its_language() -> None:
    amharic = find(tag("am"), 1)
    assert amharic is not None
    assert (amharic.name, amharic.language) == ("Ethiopic", "gez")


@pytest.mark.parametrize(
    ("lang", "text", "characters"),
    [
        ("es", "сорок and four", ("к", "о", "р", "с")),
        ("es", "uno 😀 dos", ("😀",)),
        ("zh", "你好 привет", ("в", "е", "и", "п", "р", "т")),
        ("en", "ab \ue000", ("\ue000",)),
    ],
)
def test_what_has_no_cells_is_refused_and_named(lang: str, text: str, characters: tuple[str, ...]) -> None:
    with pytest.raises(UndefinedCharacters) as fact:
        rendered(text, lang)
    assert set(characters) <= set(fact.value.characters)
    assert not set("and four") & set(fact.value.characters)
    assert "сорок" not in str(fact.value)


def test_a_hyphen_of_its_own_is_a_hyphen() -> None:
    # The German and Bulgarian tables lack U+2010.
    assert cells("e\u2010f", "de") == cells("e-f", "de")
    assert cells("да\u2010не", "bg") == cells("да-не", "bg")


def test_a_caller_may_take_the_escapes() -> None:
    found = rendered("uno ж", "es", allow_undefined=True)
    assert found.warnings == ("undefined_characters",)
    assert str(found.content).startswith("⠥⠝⠕⠀")


def test_a_backslash_is_a_character_and_loses_no_line() -> None:
    written = cells("a \\ b\\x0041\nfin", "en")
    assert written.endswith("\n⠋⠊⠝")
    assert "⠸⠡" in written


def test_long_lines_stay_one_line_and_whole() -> None:
    text = "palabra " * 1000 + "x" * 3000
    written = cells(text, "es")
    assert written.count("\n") == 0
    assert written == "⠏⠁⠇⠁⠃⠗⠁⠀" * 1000 + "⠭" * 800 + "⠀" + "⠭" * 800 + "⠀" + "⠭" * 800 + "⠀" + "⠭" * 600


PARAGRAPHS = {
    "es": "todos los seres humanos nacen libres e iguales en dignidad y derechos",
    "en": "all human beings are born free and equal in dignity and rights",
    "zu": "bonke abantu bazalwa bekhululekile belingana ngesithunzi nangamalungelo",
    "ga": "saolaítear gach duine den chine daonna saor agus comhionann i ndínit agus i gcearta",
    "mi": "ko te katoa o nga tangata i te whanaungatanga mai e watea ana",
    "rw": "abantu bose bavuka aribo bakwiye agaciro no kubahwa kimwe",
    "sw": "watu wote wamezaliwa huru hadhi na haki zao ni sawa",
    "ca": "tots els éssers humans neixen lliures i iguals en dignitat i en drets",
    "pt": "todos os seres humanos nascem livres e iguais em dignidade e em direitos",
}


@pytest.mark.parametrize("lang", PARAGRAPHS)
def test_braille_read_back_is_the_text(lang: str) -> None:
    table = find(tag(lang), 1)
    assert table is not None
    command = ["lou_translate", "--backward", f"{table.path.parent / 'unicode.dis'},{table.path}"]
    back = subprocess.run(command, input=cells(PARAGRAPHS[lang], lang), capture_output=True, text=True, check=True)
    similarity = SequenceMatcher(None, back.stdout.strip(), PARAGRAPHS[lang], autojunk=False).ratio()
    assert similarity >= 0.98
    # The measure tells: another text is nowhere near.
    assert SequenceMatcher(None, back.stdout.strip()[::-1], PARAGRAPHS[lang], autojunk=False).ratio() < 0.9


def test_a_page_is_forty_cells_by_twenty_five_lines() -> None:
    book = plain("\n\n".join(["La biblioteca abre a las nueve y cierra a las ocho de la tarde."] * 20), "es")
    found = braille.render(book, BrailleOptions(form="brf"))
    assert isinstance(found.content, bytes)
    pages = found.content.decode("ascii").split("\f")
    assert (len(pages), len(found.parts)) == (2, 2)
    rows = [page.removesuffix("\r\n").split("\r\n") for page in pages]
    assert [len(each) for each in rows] == [25, 15]
    assert all(len(row) <= 40 for each in rows for row in each)
    assert rows[0][0] == "  .LA BIBLIOTECA ABRE A LAS NUEVE Y"
    assert rows[0][1] == "CIERRA A LAS OCHO DE LA TARDE'"
    assert found.content_type == "application/x-brf"


def test_brf_says_the_same_as_unicode() -> None:
    text = "Abre a las 9:00, ¿sí? Niños: 12."
    brf = rendered(text, "es", form="brf", width=0, height=0).content
    ascii_of = dict(zip(range(0x2800, 0x2840), braille._ASCII, strict=True))
    assert isinstance(brf, bytes)
    assert brf.decode() == cells(text, "es").translate(ascii_of) + "\r\n"


def test_structure_is_indented_as_in_books() -> None:
    document = parse("<h2>Hola</h2><p>uno dos tres</p><ul><li>cuatro cinco<li>seis</ul><h2>Fin</h2>", "html", tag("es"))
    found = braille.render(document, BrailleOptions(form="brf", width=9, height=4))
    assert found.parts == (".HOLA\r\n  UNO DOS\r\nTRES\r\nCUATRO", "  CINCO\r\nSEIS\r\n\r\n.FIN")


def test_a_word_longer_than_a_line_is_cut() -> None:
    assert rendered("anticonstitucional a", "es", width=7).content == "⠀⠀⠁⠝⠞⠊⠉\n⠕⠝⠎⠞⠊⠞⠥\n⠉⠊⠕⠝⠁⠇\n⠁\n"


def test_a_whole_page_is_brailled() -> None:
    with pytest.raises(UndefinedCharacters):
        braille.render(spanish(), BrailleOptions())
    found = braille.render(spanish(), BrailleOptions(allow_undefined=True))
    assert "⠼⠊⠒⠼⠚⠚" in str(found.content)


def test_a_line_of_joiners_alone_leaves_none() -> None:
    assert cells("uno\n\u200c\ndos", "es", width=10) == "⠀⠀⠥⠝⠕\n⠀⠀⠙⠕⠎"


def test_nothing_to_say_is_refused() -> None:
    with pytest.raises(NothingToRender):
        rendered(" ", "es")


def test_capability_tells_what_would_be_used() -> None:
    assert braille.capability(tag("es")) == Capability(True, True, "es.tbl")
    assert braille.capability(tag("gl")) == Capability(False, False, "", tag("es"))
    assert braille.capability(tag("gn")).nearest is None


def test_without_the_program_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(braille, "TOOL", "lou_of_nowhere")
    assert braille.capability(tag("es")).missing_tool == "lou_of_nowhere"
    with pytest.raises(ToolMissing):
        rendered("a", "es")
    assert tools.installed("lou_translate")


def test_tables_of_ones_own_are_found(tmp_path: Path) -> None:
    (tmp_path / "unicode.dis").write_text("include /usr/share/liblouis/tables/unicode.dis\n")
    (tmp_path / "ast.utb").write_text(
        "#-index-name: Asturian\n#+language:ast\n#+type:literary\n#+contraction:no\n"
        "space \\s 0\nlowercase a 1\nlowercase b 12\npunctuation ' 3\n"
    )
    (tmp_path / "odd.utb").write_text("#+language:not a language\n#+type:literary\n")
    folders = (tmp_path, tmp_path / "missing")
    assert cells("ab a", "ast", folders=folders) == "⠁⠃⠀⠁"
    # What this table lacks has a plain form that it knows.
    assert cells("a’b\u00a0a", "ast", folders=folders) == "⠁⠄⠃⠀⠁"


def test_a_passage_in_another_language_is_said_to_be_written_by_the_texts_table() -> None:
    found = braille.render(parse('<p>Digo <i lang="en">hello</i></p>', "html", tag("es")), BrailleOptions())
    assert found.warnings == ("foreign_passage",)
    own = parse('<p>Digo <i lang="es-MX">hola</i> <i lang="en">112</i></p>', "html", tag("es"))
    assert braille.render(own, BrailleOptions()).warnings == ()
