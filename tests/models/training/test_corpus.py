from __future__ import annotations

import json
import lzma
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.corpus import (
    Row,
    augment,
    figure_rows,
    gazette_rows,
    in_windows,
    native_rows,
    noisy,
    software_rows,
    teacher_rows,
    typed,
    write_rows,
)

ROW = Row("El 3 de mayo de 2024 Ramiro pagó 1.250 euros.", {"an": "Lo 3 de mayo de 2024 Ramiro pagó 1.250 euros."})


@given(st.integers(0, 10_000))
def test_augmentation_changes_both_sides_alike(seed: int) -> None:
    changed = augment(ROW, random.Random(seed))
    [target] = changed.targets.values()
    assert re.findall(r"\d+", changed.source) == re.findall(r"\d+", target)
    assert changed.source.removeprefix("El").removeprefix("EL") == target.removeprefix("Lo").removeprefix("LO")


def test_augmentation_swaps_digits_and_names_in_some_rows_and_leaves_others() -> None:
    rng = random.Random(1)
    sources = {augment(ROW, rng).source for _ in range(200)}
    assert ROW.source in sources
    assert any("Ramiro" in source and "2024" not in source for source in sources)
    assert any("@" in source for source in sources)
    assert any("https://" in source for source in sources)


def test_a_row_whose_numbers_differ_is_left_alone() -> None:
    row = Row("Son 3 días.", {"an": "Son tres días."})
    assert {augment(row, random.Random(seed)).source for seed in range(100)} <= {row.source, row.source.upper()}


def test_teacher_rows_are_mended_and_bad_targets_dropped(tmp_path: Path) -> None:
    (tmp_path / "es.txt").write_text("Hola , amigo.\nUna frase que tiene siete palabras.\n", encoding="utf-8")
    (tmp_path / "ast.txt").write_text("Hola , collaciu .\nUna frase que tiene siete palabras.\n", encoding="utf-8")
    (tmp_path / "gl.txt").write_text("Ola, amigo.\nUnha frase que ten sete *palabras.\n", encoding="utf-8")
    rows = list(teacher_rows(tmp_path, ("ast", "gl")))
    assert rows == [Row("Hola , amigo.", {"ast": "Hola , collaciu .", "gl": "Ola, amigo."})]


def test_real_pairs_must_agree_in_numbers_and_length(tmp_path: Path) -> None:
    folder = tmp_path / "parallel" / "es-ca_valencia"
    folder.mkdir(parents=True)
    sources = ["Orden 3/2020 de la consellera.", "Orden 4/2020.", "Sí.", "Orden 3/2020 de la consellera."]
    targets = [
        "Ordre 3/2020 de la consellera.",
        "Ordre 5/2020.",
        "Una frase molt més llarga que això.",
        "Ordre 3/2020.",
    ]
    for suffix, lines in (("es", sources), ("va", targets)):
        with lzma.open(folder / f"x.{suffix}.xz", "wt", encoding="utf-8") as out:
            out.write("".join(f"{line}\n" for line in lines))
    assert list(gazette_rows(tmp_path)) == [Row(sources[0], {"ca-valencia": targets[0]})]


def test_interface_strings_that_were_never_translated_are_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "parallel" / "software"
    folder.mkdir(parents=True)
    for name in ("ui.es-ast", "ui.es-oc", "ui.es-gl", "help.es-ca", "ui.es-eu", "help.es-eu"):
        with lzma.open(folder / f"{name}.tsv.xz", "wt", encoding="utf-8") as out:
            out.write("Cerrar\tZarrar\tClose\nFind Text\tBuscar\tFind Text\nsolo una columna\n")
    assert [row.source for row in software_rows(tmp_path)] == ["Cerrar"] * 6


def test_only_the_gazettes_asked_for_are_read_and_apostrophes_are_straight(tmp_path: Path) -> None:
    folder = tmp_path / "parallel" / "es-ca_valencia"
    folder.mkdir(parents=True)
    pairs = {"DOGV": ("La orden del consell.", "L'ordre del consell."), "UNI": ("La obra.", "L’obra.")}
    for name, texts in pairs.items():
        for suffix, text in zip(("es", "va"), texts, strict=True):
            with lzma.open(folder / f"{name}.{suffix}.xz", "wt", encoding="utf-8") as out:
                out.write(f"{text}\n")
    assert [row.targets for row in gazette_rows(tmp_path, "DOGV*")] == [{"ca-valencia": "L'ordre del consell."}]
    assert [row.targets for row in gazette_rows(tmp_path)] == [
        {"ca-valencia": "L'ordre del consell."},
        {"ca-valencia": "L'obra."},
    ]


LONG = Row("uno, dos tres cuatro, cinco: 6 siete; ocho", {"an": "un, dos tres quatre, cinco: 6 siet; ueito"})


@pytest.mark.parametrize("longest", [1, 3, 5, 8])
def test_a_long_row_is_cut_behind_the_same_punctuation_on_both_sides(longest: int) -> None:
    rows = in_windows(LONG, longest)
    assert len(rows) == {1: 5, 3: 4, 5: 2, 8: 1}[longest]
    assert " ".join(row.source for row in rows) == LONG.source
    assert " ".join(row.targets["an"] for row in rows) == LONG.targets["an"]
    assert all(row.source[-1:] == row.targets["an"][-1:] or row is rows[-1] for row in rows)


@pytest.mark.parametrize(
    "target", ["un dos tres quatre cinco, a: 6 siet; ueito", "un, 6 dos tres quatre, cinco: siet; ueito", "un, ueito"]
)
def test_a_long_row_whose_clauses_do_not_pair_stays_whole(target: str) -> None:
    row = Row(LONG.source, {"an": target})
    assert in_windows(row, 2) == [row]


def test_figure_rows_hold_other_numbers_on_both_sides(tmp_path: Path) -> None:
    for name, line in (("es", "Pague 25 euros el 3 de mayo."), ("an", "Pague 25 euros lo 3 de mayo.")):
        (tmp_path / f"{name}.txt").write_text(f"{line}\nSin cifras aquí.\n", encoding="utf-8")
    [row] = figure_rows(tmp_path, ("an",), random.Random(2))
    numbers = re.findall(r"\d+", row.source)
    assert re.findall(r"\d+", row.targets["an"]) == numbers != ["25", "3"]


ACCENTED = Row("Mañana abrirá la biblioteca número 9.", {"an": "Maitin ubrirá a biblioteca numero 9."})


@given(st.integers(0, 10_000))
def test_noise_touches_no_number_and_keeps_most_letters(seed: int) -> None:
    text = noisy(ACCENTED.source, random.Random(seed))
    assert text.endswith("9.")
    assert len(text) >= len(ACCENTED.source) - 2
    assert "ñ" in text or sorted(text) == sorted(ACCENTED.source) or "aana" in text


def test_noise_strips_accents_and_capitals_and_mistypes() -> None:
    texts = {noisy(ACCENTED.source, random.Random(seed)) for seed in range(60)}
    assert "Mañana abrira la biblioteca numero 9." in texts
    assert ACCENTED.source.lower() in texts
    assert len(texts) > 4


def test_a_typed_row_keeps_its_texts_as_they_were_written() -> None:
    row = typed(ACCENTED, random.Random(1))
    assert (row.source, row.targets) == (ACCENTED.source, ACCENTED.targets)
    assert row.typed.keys() == {"es", "an"}
    assert row.typed["es"] != row.source


def test_native_rows_drop_what_the_teacher_left_as_it_was(tmp_path: Path) -> None:
    lines = {
        "an": "Un arbol sin fuellas.\nBarceló abre en Casablanca su primer hotel grande\n",
        "an.es": "Un árbol sin hojas.\nBarceló abre en Casablanca su primer hotel grande\n",
    }
    for name, text in lines.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    assert list(native_rows(tmp_path)) == [Row("Un árbol sin hojas.", {"an": "Un arbol sin fuellas."})]


def test_rows_are_written_one_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "rows" / "x.jsonl"
    assert write_rows(iter([ROW, ROW]), path, augmented=False) == 2
    first = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    assert first == {"source": ROW.source, "targets": ROW.targets}
    write_rows(iter([ACCENTED]), path, augmented=False, noise=1.0)
    assert json.loads(path.read_text(encoding="utf-8"))["typed"].keys() == {"es", "an"}
