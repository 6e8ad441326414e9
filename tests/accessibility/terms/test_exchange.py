"""Files of terms and translations: nothing is lost on the way out and in, and nothing hostile gets in."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from translate.storage import tbx as toolkit_tbx
from translate.storage import tmx as toolkit_tmx

from accessibility.terms import memory, tables, tbx
from accessibility.terms.files import FileDamaged, FileForbidden, PairMissing
from accessibility.terms.glossary import Limits, Term, checked
from accessibility.terms.memory import Unit, UnitInvalid
from locales.tags import LanguageTag

ES, AN, AM = LanguageTag("es"), LanguageTag("an"), LanguageTag("am")
MANY_SCRIPTS = [
    ("مكتبة عامة", "biblioteca pública"),
    ("ቤተ መጻሕፍት", "كتاب‌خانه"),
    ("មន្ទីរពេទ្យ", "โรงพยาบาล"),
    ("e\u0301cole q\u0303", "ñuqanchik’pa"),
    ("अस्पताल", "병원 도서관"),
    ('a "b", c; d', "<b>&amp; 'x' ]]> =1+1"),
    ("דואר", "𞤆𞤵𞤤𞤢𞤪"),
    ("医院", "ひらがなカタカナ"),
]
TERMS = checked(
    [
        *(Term("", source, target) for source, target in MANY_SCRIPTS),
        Term("brand", "Malgil", "Malgil", translate=False, case_sensitive=True),
        Term("part", "auto", "coche", whole_word=False, also=("coches", "automòbil|s")),
    ],
    Limits(),
)
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
Files = tuple[Callable[..., str], Callable[..., list[Term]]]
FORMATS: dict[str, Files] = {
    "csv": (tables.write_csv, tables.read_csv),
    "tsv": (tables.write_tsv, tables.read_tsv),
    "tbx": (tbx.write, tbx.read),
}


@pytest.mark.parametrize("name", FORMATS)
def test_terms_come_back_code_point_by_code_point(name: str) -> None:
    write, read = FORMATS[name]
    assert checked(read(write(TERMS, ES, AN).encode(), ES, AN), Limits()) == TERMS


_LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), min_size=1, max_size=20
)


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=40)
@given(sides=st.tuples(_LETTERS, _LETTERS))
def test_any_term_that_stands_comes_back(name: str, sides: tuple[str, str]) -> None:
    write, read = FORMATS[name]
    try:
        terms = checked([Term("", f"a{sides[0]}", f"b{sides[1]}")], Limits())
    except ValueError:
        return
    assert checked(read(write(terms, ES, AN).encode(), ES, AN), Limits()) == terms


def test_the_translate_toolkit_reads_our_tbx_and_we_read_its() -> None:
    theirs = toolkit_tbx.tbxfile.parsestring(tbx.write(TERMS, ES, AN).encode())
    assert [(unit.source, unit.target) for unit in theirs.units][:3] == MANY_SCRIPTS[:3]
    made = toolkit_tbx.tbxfile(sourcelanguage="es", targetlanguage="an")
    for source, target in MANY_SCRIPTS:
        made.addsourceunit(source).target = target
    read = tbx.read(bytes(made), *_languages(bytes(made)))
    assert [(term.source, term.target) for term in read] == MANY_SCRIPTS


def _languages(content: bytes) -> list[LanguageTag]:
    sets = [each for each in ElementTree.fromstring(content).iter() if each.tag.endswith("langSet")]
    return [LanguageTag(str(each.get("{http://www.w3.org/XML/1998/namespace}lang"))) for each in sets[:2]]


TBX_2019 = """<?xml version="1.0"?>
<tbx type="TBX-Basic" style="dca" xml:lang="es" xmlns="urn:iso:std:iso:30042:ed-2"><text><body>
<conceptEntry id="c1"><langSec xml:lang="es-ES"><termSec><term>centro de salud</term></termSec>
<termSec><term>ambulatorio</term></termSec></langSec>
<langSec xml:lang="an"><termSec><term>centro de salut</term></termSec>
<termSec><term>centros de salut</term><termNote type="administrativeStatus">admittedTerm-admn-sts</termNote></termSec>
<termSec><term>ambulatorio viello</term>
<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
</langSec></conceptEntry>
<conceptEntry id="c2"><langSec xml:lang="es"><termSec><term>sin pareja</term></termSec></langSec></conceptEntry>
</body></text></tbx>"""


def test_a_concept_of_2019_gives_its_terms_and_leaves_out_what_is_deprecated() -> None:
    right = ("centros de salut",)
    assert tbx.read(TBX_2019.encode(), ES, AN) == [
        Term("c1", "centro de salud", "centro de salut", also=right),
        Term("c1.2", "ambulatorio", "centro de salut", also=right),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("agua,augua\r\nluz,lum\r\n", [("agua", "augua"), ("luz", "lum")]),
        ("\ufeffSource,Target\nagua,augua\n\n", [("agua", "augua")]),
        ('"a, b",c\nagua,augua,es-ES,AN\n'.replace('"a, b",c\n', ""), [("agua", "augua")]),
        ("source,target,source_lang,target_lang\nagua,augua,es,an\nx,y,,\n", [("agua", "augua"), ("x", "y")]),
    ],
)
def test_tables_as_others_write_them_are_read(content: str, expected: list[tuple[str, str]]) -> None:
    assert [(term.source, term.target) for term in tables.read_csv(content.encode(), ES, AN)] == expected


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"agua,augua\nsolo\n", 2),
        (b"agua,augua\na,b,c\n", 2),
        (b"source,target,colour\na,b,red\n", 1),
        (b"source,target,id,id\na,b,c,d\n", 1),
        (b"source,target,translate\na,b,perhaps\n", 2),
        (b'agua,"augua\n', 1),
        (b"a,b,c\n", 1),
        (b"agua,augua\n\xff,x\n", 2),
    ],
)
def test_a_damaged_table_is_refused_with_its_line(content: bytes, line: int) -> None:
    with pytest.raises(FileDamaged) as raised:
        tables.read_csv(content, ES, AN)
    assert raised.value.line == line


def test_a_table_of_another_pair_is_refused() -> None:
    for content in (b"agua,water,es,en\n", b"agua,water,es,not a language\n"):
        with pytest.raises(PairMissing):
            tables.read_csv(content, ES, AN)


def test_tsv_takes_quotation_marks_as_letters() -> None:
    assert tables.read_tsv(b'"agua"\t"augua"\r\n', ES, AN)[0].source == '"agua"'


UNITS = [
    *(Unit(source, target) for source, target in MANY_SCRIPTS),
    Unit("Dos\nlíneas\t y más.", "Dúas\nliñas\t e máis.", "Equipo de revisión", AT),
]


@pytest.mark.parametrize(
    ("write", "read"),
    [
        (memory.write_tmx, memory.read_tmx),
        (memory.write_csv, memory.read_csv),
        (memory.write_tsv, memory.read_tsv),
    ],
)
def test_a_memory_comes_back_with_who_reviewed_it(
    write: Callable[..., Iterator[str]], read: Callable[..., Iterator[Unit]]
) -> None:
    content = "".join(write(UNITS, ES, AN)).encode()
    assert list(read(content, ES, AN)) == UNITS


def test_a_memory_between_tabulators_needs_no_quotes_and_no_heading() -> None:
    [unit] = memory.read_tsv('El "agua", fría\tL\'augua "fría"\r\n'.encode(), ES, AN)
    assert unit == Unit('El "agua", fría', 'L\'augua "fría"')


def test_the_translate_toolkit_reads_our_tmx_and_we_read_its() -> None:
    theirs = toolkit_tmx.tmxfile.parsestring("".join(memory.write_tmx(UNITS[:8], ES, AN)).encode())
    assert [(str(unit.source), str(unit.target)) for unit in theirs.units] == MANY_SCRIPTS
    made = toolkit_tmx.tmxfile(sourcelanguage="es")
    for source, target in MANY_SCRIPTS:
        made.addtranslation(source, "es", target, "an")
    assert list(memory.read_tmx(bytes(made), ES, AN)) == UNITS[:8]


TMX = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="ES-ES"/><body>
<tu><tuv lang="ES-ES"><seg>Pulse <bpt i="1">&lt;b&gt;</bpt>aquí<ept i="1">&lt;/b&gt;</ept> <hi>ya</hi>.</seg></tuv>
<tuv xml:lang="an-ES" changeid="typist"><seg>Prete aquí<ph/> ya.</seg></tuv></tu>
<tu><tuv xml:lang="es"><seg>sin pareja</seg></tuv><tuv xml:lang="xx-not-one"><seg>x</seg></tuv></tu>
<tu><tuv xml:lang="es"/><tuv xml:lang="an"><seg>x</seg></tuv></tu>
</body></tmx>"""


def test_inline_codes_stay_behind_and_a_typist_is_no_reviewer() -> None:
    assert list(memory.read_tmx(TMX.encode(), ES, AN)) == [Unit("Pulse aquí ya.", "Prete aquí ya."), Unit("", "x")]


def test_a_memory_of_other_languages_is_refused_with_those_it_has() -> None:
    with pytest.raises(PairMissing) as raised:
        list(memory.read_tmx(TMX.encode(), ES, AM))
    assert raised.value.available == ("an", "an-ES", "es", "es-ES")
    with pytest.raises(PairMissing):
        tbx.read(TBX_2019.encode(), ES, LanguageTag("ca"))


def test_a_unit_outside_of_a_file_of_translations_is_read_too() -> None:
    with pytest.raises(PairMissing):
        list(memory.read_tmx(b"<tu/>", ES, AN))


def test_units_are_made_ready_to_be_looked_up() -> None:
    assert list(memory.checked([Unit(" e\u0301 ", " x\x00 ")], 10)) == [Unit("é", "x")]
    for unit in (Unit("a", " "), Unit("\u00ad", "b"), Unit("a" * 11, "b")):
        with pytest.raises(UnitInvalid) as raised:
            list(memory.checked([Unit("a", "b"), unit], 10))
        assert raised.value.place == 2


def test_dates_that_are_none_are_left_out() -> None:
    [unit] = memory.read_csv(b"a,b,Ana,ayer\n", ES, AN)
    assert unit == Unit("a", "b", "Ana")
    for content in (b"a\n", b'a,"b\n'):
        with pytest.raises(FileDamaged):
            list(memory.read_csv(content, ES, AN))


LAUGHS = '<!ENTITY e0 "lol">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
HOSTILE = {
    "billion laughs": f"<!DOCTYPE tmx [{LAUGHS}]><tmx><body><tu>&e8;</tu></body></tmx>",
    "external entity": '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><t><tu>&x;</tu></t>',
    "parameter entity": '<!DOCTYPE t [<!ENTITY % x SYSTEM "http://localhost/x">%x;]><t><tu/></t>',
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_entities_are_refused_before_anything_is_read(attack: str) -> None:
    with pytest.raises(FileForbidden):
        list(memory.read_tmx(HOSTILE[attack].encode(), ES, AN))
    with pytest.raises(FileForbidden):
        tbx.read(HOSTILE[attack].encode(), ES, AN)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<tmx><body>",
        b"<tmx>&nbsp;</tmx>",
        b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="no-such"?><tmx/>',
        b'<?xml version="1.0" encoding="idna"?><tmx/>',
        "<tmx>é</tmx>".encode("latin-1"),
    ],
)
def test_what_is_no_xml_is_damaged(content: bytes) -> None:
    with pytest.raises(FileDamaged):
        list(memory.read_tmx(content, ES, AN))


def test_memory_does_not_grow_with_the_file() -> None:
    assert _peak(8_000) < 2 * _peak(2_000)


def _peak(count: int) -> int:
    units = (replace(UNITS[0], source=f"{number} {UNITS[0].source}") for number in range(count))
    content = "".join(memory.write_tmx(units, ES, AN)).encode()
    tracemalloc.start()
    assert sum(1 for _ in memory.read_tmx(content, ES, AN)) == count
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
