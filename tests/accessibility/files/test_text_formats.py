"""What formats that are text keep, in the places where they differ."""

from __future__ import annotations

import re
import time

import pytest

from accessibility.files.formats import open_file
from accessibility.files.opened import Options
from tests.accessibility.files import texts
from tests.accessibility.files.opening import saved
from tests.accessibility.files.opening import texts as texts_of


def xliff1(inside: str) -> bytes:
    return (
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        f'<file original="a" source-language="es" datatype="x"><body>{inside}</body></file></xliff>'
    ).encode()


def test_what_a_group_or_a_file_keeps_is_kept_unless_a_unit_says_otherwise() -> None:
    unit = '<trans-unit id="{0}"{1}><source>Línea {0}</source></trans-unit>'
    said = ' translate="yes"'
    groups = (
        f'<group id="g" translate="no">{unit.format(1, "")}<group id="h">{unit.format(2, "")}</group>'
        f"{unit.format(3, said)}</group>{unit.format(4, '')}"
    )
    assert texts_of("a.xlf", xliff1(groups)) == ["Línea 3", "Línea 4"]
    second = (
        '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="es"><file id="f" translate="no">'
        '<unit id="u"><segment><source>Iker</source></segment></unit>'
        '<unit id="v" translate="yes"><segment><source>Cierre</source></segment></unit></file></xliff>'
    )
    assert texts_of("a.xlf", second.encode()) == ["Cierre"]


def test_what_is_marked_as_protected_in_a_text_stands_there_as_it_was() -> None:
    for attribute in ('mtype="protected"', 'mtype="x" translate="no"'):
        unit = f'<trans-unit id="1"><source>Abra <mrk {attribute}>ግእዝ ቆልፍ</mrk> y <g id="1">salga</g></source></trans-unit>'
        assert texts_of("a.xlf", xliff1(unit)) == ["Abra <x1/> y <g2>salga</g2>"]
        content = saved("a.xlf", xliff1(unit), str.upper)[0].decode()
        target = re.search("<target.*</target>", content, re.DOTALL)
        assert target is not None
        assert f"<mrk {attribute}>ግእዝ ቆልፍ</mrk>" in target[0]


def xliff2(inside: str) -> bytes:
    return (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="es"><file id="f"><unit id="u">'
        f"<segment><source>{inside}</source></segment></unit></file></xliff>"
    ).encode()


def test_ends_of_a_span_stay_around_its_words() -> None:
    span = 'Abra <sm id="m1"/>la <ph id="2"/>puerta<em startRef="m1"/> <sc id="3"/>azul<ec startRef="3"/> ya'
    assert texts_of("a.xlf", xliff2(span)) == ["Abra <g1>la <x2/>puerta</g1> <g3>azul</g3> ya"]
    said = "Abra <g3>azul</g3> <g1>la <x2/>puerta</g1> ya"
    content, kept = saved("a.xlf", xliff2(span), lambda _: said)
    assert all(kept)
    assert (
        '<target>Abra <sc id="3"/>azul<ec startRef="3"/> <sm id="m1"/>la <ph id="2"/>puerta<em startRef="m1"/> ya</target>'
        in content.decode()
    )


def test_a_span_that_is_not_to_be_translated_is_not_and_one_without_an_end_stays() -> None:
    span = 'Abra <sm id="m1" translate="no"/>ግእዝ<em startRef="m1"/> y <sm id="m2"/>salga'
    assert texts_of("a.xlf", xliff2(span)) == ["Abra <x1/> y <x2/>salga"]
    content = saved("a.xlf", xliff2(span), str.upper)[0].decode()
    assert '<target>ABRA <sm id="m1" translate="no"/>ግእዝ<em startRef="m1"/> Y <sm id="m2"/>SALGA</target>' in content


def test_spans_in_one_another_and_beside_their_ends() -> None:
    for span, expected in (
        ('A<sc id="1"/>b<sc id="2"/>c<ec startRef="1"/>d<ec startRef="2"/>e', "A<g1>b<x2/>c</g1>d<x3/>e"),
        ('A<sc id="1"/>b<sc id="2"/>c<ec startRef="2"/>d<ec startRef="1"/>e', "A<g1>b<g2>c</g2>d</g1>e"),
        ('A<ec startRef="1"/>b<sc id="1"/>c<ec startRef="1"/>e', "A<x1/>b<g2>c</g2>e"),
        ('A<sc id="1" isolated="yes"/>b<sc id="1"/>c<ec startRef="1"/>e', "A<x1/>b<g2>c</g2>e"),
    ):
        assert texts_of("a.xlf", xliff2(span)) == [expected]
        written = saved("a.xlf", xliff2(span), lambda text: text.replace("e", "ⵣ"))[0].decode()
        assert f"<target>{span[:-1]}ⵣ</target>" in written


def test_starts_without_an_end_cost_no_more_than_others() -> None:
    def opened_s(inside: str) -> float:
        content = xliff2("Abra " + inside * 3000)
        began = time.process_time()
        open_file(content, "a.xlf", Options())
        return time.process_time() - began

    assert opened_s('<sc id="1"/>') < 5 * opened_s('<ph id="1"/>') + 1


def test_subtitles_are_broken_anew_and_dialogue_is_not() -> None:
    long = "Esto ye una frase que tien enforma más de cuarenta y dos lletres nuna llinia"
    content, _ = saved(
        "a.srt",
        texts.SRT.encode(),
        {
            "El agua no se puede beber <g1>hoy</g1>.": long,
            "- ¿Por qué?\n- Por las obras.": "- ¿Por qué?\n- Poles obres.",
        },
    )
    cues = content.decode().split("\n\n")
    assert [len(line) <= 42 for line in cues[0].split("\n")[2:]] == [True, True]
    assert cues[1].endswith("- ¿Por qué?\n- Poles obres.")


def test_subtitles_that_say_their_language_say_the_new_one() -> None:
    cue = "WEBVTT - ejemplo\nKind: captions\nLanguage: es\n\n00:01.000 --> 00:02.000\nLanguage: es"
    written = saved("a.vtt", cue.encode(), {}, "zh-Hant")[0].decode()
    assert written == cue.replace("Language: es", "Language: zh-Hant", 1)


def test_a_tag_without_its_end_and_one_without_its_beginning_stay() -> None:
    cue = "WEBVTT\n\n00:01.000 --> 00:02.000\n<i>Uno dos</b> tres"
    assert saved("a.vtt", cue.encode(), {})[0].decode() == cue
    assert texts_of("a.vtt", cue.encode()) == ["Uno dos<x1/> tres"]


def test_words_too_long_for_a_line_of_subtitles_are_left_whole() -> None:
    word_ = "a" * 60
    assert word_ in saved("a.srt", texts.SRT.encode(), {"El agua no se puede beber <g1>hoy</g1>.": word_})[0].decode()


def test_messages_get_the_plural_forms_of_their_language_and_wait_for_review() -> None:
    content, _ = saved("a.po", texts.PO.encode(), {"%d fichero": "%d ملف", "%d ficheros": "%d ملفات"}, "ar")
    written = content.decode()
    assert "nplurals=6" in written
    assert 'msgstr[0] "%d ملف"\nmsgstr[1] "%d ملفات"' in written
    assert 'msgstr[5] "%d ملفات"' in written
    assert '#, c-format, fuzzy\nmsgid "Hola, %s"' in written
    assert 'msgstr "Colar"' in written
    japanese = saved("a.po", texts.PO.encode(), {"%d ficheros": "%d 件"}, "ja")[0].decode()
    assert 'msgstr[0] "%d 件"' in japanese
    assert "msgstr[1]" not in japanese


def test_plurals_that_are_not_words_are_left_alone() -> None:
    content = saved("a.po", texts.PO.replace("%d fichero", "%d ").encode(), {})[0].decode()
    assert 'msgid_plural "%d s"' in content


def test_units_that_are_done_or_not_to_be_done_stay() -> None:
    content = saved("a.xlf", texts.XLIFF1.encode(), str.upper)[0].decode()
    assert "<target>Fecho</target>" in content
    assert content.count("<target") == 3
    assert 'target-language="ast"' in content
    second = saved("a.xlf", texts.XLIFF2.encode(), {})[0].decode()
    assert 'trgLang="ast"' in second
    assert '<ph id="2"/>' in second


def test_a_unit_keeps_its_white_space_and_the_language_may_be_missing() -> None:
    unit = texts.XLIFF1.replace(' source-language="es"', "").replace(
        "<source>Cierre", '<source xml:space="preserve">Cie\nrre'
    )
    content = saved("a.xlf", unit.encode(), {})[0].decode()
    assert '<target state="needs-review-translation" xml:space="preserve">Cie\nrre</target>' in content
    assert 'source-language="es"' in content
    assert open_file(texts.XLIFF1.replace('"es"', '"qqq!"').encode(), "a.xlf", Options())[1].said is None


def test_a_memory_gets_variants_unless_it_has_them() -> None:
    content = saved("a.tmx", texts.TMX.encode(), {"Buenos <g1>días</g1>": "Bonos <g1>díes</g1>"})[0].decode()
    assert '<tuv xml:lang="ast"><seg>Bonos <hi>díes</hi></seg></tuv>' in content
    again = saved("a.tmx", content.encode(), {"Buenos <g1>días</g1>": "otro"})[0].decode()
    assert "otro" not in again


def test_a_memory_may_leave_its_language_to_its_units() -> None:
    assert texts_of("a.tmx", texts.TMX.replace('srclang="es"', 'srclang="*all*"').encode()) == ["Buenos <g1>días</g1>"]


def test_a_table_keeps_its_other_cells_its_marks_and_its_line_ends() -> None:
    content = "\ufeff".encode() + texts.CSV.encode()
    written, _ = saved("a.csv", content, str.upper, options=Options(("nombre",)))
    assert written.decode() == '\ufeffcódigo;nombre;nota\r\n1;CASA;grande\r\n2;"PERRO; GATO";\r\n3;7;x\r\n'
    assert saved("a.csv", b"solo\nuna\n", str.upper, options=Options(("1",)))[0] == b"SOLO\nUNA\n"
    assert saved("a.csv", b"a,b\nuno\n", str.upper, options=Options(("2",)))[0] == b"a,B\nuno\n"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_found_where_texts_hold_others(mark: str) -> None:
    table = f'\ufeffid{mark}pregunta\r\n1{mark}¿Dónde está?\r\n2{mark}"Cierra, hoy; no | mañana"\r\n'
    assert texts_of("a.csv", table.encode(), "pregunta") == ["¿Dónde está?", "Cierra, hoy; no | mañana"]


def test_boxes_of_tasks_and_marks_of_notes_stay_in_markdown() -> None:
    page = (
        "- [ ] tarea\n- [x] hecha `[^1]`\n\nNota[^a_1] y [^2].\n\n[^a_1]: Texto\n[^2]: Otro\n\n```\n- [ ] x[^1]\n```\n"
    )
    assert "<x1/> tarea" in texts_of("a.md", page.encode())
    written = saved("a.md", page.encode(), str.upper)[0].decode()
    assert written == (
        "- [ ] TAREA\n- [x] HECHA `[^1]`\n\nNOTA[^a_1] Y [^2].\n\n[^a_1]: TEXTO\n\n[^2]: OTRO\n\n```\n- [ ] x[^1]\n```\n"
    )


@pytest.mark.parametrize(
    "code",
    [
        "``[^1] ` [^2]``",
        "`[^1]`` [^2]`",
        "````\n[^1]\n```\n[^2]\n````",
        "```\n[^1]\n   ```",
        "~~~ py\n[^1] ``` [^2]",
    ],
)
def test_marks_of_notes_in_code_are_code(code: str) -> None:
    written = saved("a.md", f"ⵣ [^9]\n\n{code}".encode(), str.upper)[0].decode()
    assert "<" not in written
    assert written.startswith("ⵣ [^9]\n\n")
    assert "[^1]" in written


@pytest.mark.parametrize(
    "hostile",
    [
        "".join("`" * length + " " for length in range(1, 250)),
        "`" * 30_000 + "\n" + "a\n" * 1000,
        "~" * 30_000 + "\n" + "a\n" * 1000,
    ],
    ids=["runs", "long run", "long fence"],
)
def test_marks_that_nothing_ends_are_looked_at_once(hostile: str) -> None:
    began = time.process_time()
    open_file(f"Hola\n\n{hostile}".encode(), "a.md", Options())
    assert time.process_time() - began < 2


def test_front_matter_stays_and_code_too() -> None:
    written, _ = saved("a.md", texts.PAGE.encode(), str.upper)
    assert written.decode().startswith("---\ntitle: kept\n---\n")
    assert (
        "malgil serve"
        in saved("a.md", texts.HOWTO.encode(), lambda text: re.sub(r"\w+(?![^<]*>)", "x", text))[0].decode()
    )


def test_marks_lost_in_a_whole_document_are_told() -> None:
    assert saved("a.md", texts.HOWTO.encode(), lambda text: re.sub("<[^>]*>", "", text))[1] == [True, False, True, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_is_read_in_the_encoding_it_is_in(encoding: str) -> None:
    letter = "El año próximo habrá más información en español, según el ministerio de educación.\n" * 5
    assert texts_of("a.txt", letter.encode(encoding))[0].startswith("El año próximo")


def test_lines_that_were_full_belong_together_and_are_filled_again() -> None:
    written, _ = saved("a.txt", texts.LETTER.encode(), lambda text: f"{text} {text}" if "municipal" in text else text)
    lines = written.decode().split("\n")
    assert max(map(len, lines)) <= 80
    assert lines[-4:] == ["", "- Horario: de 9 a 14", "- Lugar: plaza Mayor", ""]
