from __future__ import annotations

import json
import lzma
import random
import re
from pathlib import Path

import pytest

from models.abstractive import CHARS_PER_TOKEN
from models.training import recipe
from models.training.acts import DEV, TRAIN, central, holds, pairs, tidy, with_other_figures
from models.training.corpus import act_rows, write_rows

RECIPE = Path("models/training/es_acts_sum.toml")
ACT = """VISTO el expediente 4711/26 del registro de la oficina de vivienda y sus antecedentes.
Que los jóvenes de la ciudad piden desde hace años una ayuda de alquiler en la oficina.
Artículo 1º: Apruébase la ayuda de alquiler de 1.250 euros, a propuesta del MINISTERIO DE VIVIENDA.
Comuníquese, publíquese y archívese en la oficina."""
GOOD = "Apruébase la ayuda de alquiler de 1.250 euros del Ministerio de Vivienda."


def write(folder: Path, name: str, *acts: tuple[str, str]) -> None:
    lines = "".join(json.dumps({"id": "x", "text": text, "summary": summary}) + "\n" for text, summary in acts)
    (folder / name).write_text(lines, encoding="utf-8")


def read(folder: Path, window: int = 1440) -> list[tuple[str, str]]:
    return list(pairs(folder, window, random.Random(1)))


def test_a_faithful_pair_is_kept_and_once_more_with_other_numbers(tmp_path: Path) -> None:
    write(tmp_path, TRAIN, (ACT, GOOD))
    write(tmp_path, DEV)
    plain, swapped = read(tmp_path)
    assert plain == (" ".join(ACT.split("\n")), GOOD)
    assert swapped != plain
    assert re.sub(r"\d", "0", swapped[0]) == re.sub(r"\d", "0", plain[0])
    assert set(re.findall(r"\d+", swapped[1])) <= set(re.findall(r"\d+", swapped[0]))


@pytest.mark.parametrize(
    "summary",
    [
        "Apruébase la ayuda de alquiler de 2.150 euros.",
        "Apruébase la ayuda de alquiler del Ministerio de Economía.",
        "APRUEBASE LA AYUDA DE ALQUILER DE LA OFICINA.",
        "Ayuda de alquiler.",
        "palabra " * 80,
    ],
)
def test_a_summary_that_says_more_than_the_act_or_is_none_is_left_out(tmp_path: Path, summary: str) -> None:
    write(tmp_path, TRAIN, (ACT, summary))
    write(tmp_path, DEV)
    assert read(tmp_path) == []


def test_an_act_that_is_measured_on_is_not_trained_on(tmp_path: Path) -> None:
    write(tmp_path, TRAIN, (ACT, GOOD))
    write(tmp_path, DEV, (ACT, "otro resumen"))
    assert read(tmp_path) == []
    assert list(central(tmp_path, 1440)) == []


def test_no_more_is_read_than_the_window_holds_and_the_summary_must_stand_in_that(tmp_path: Path) -> None:
    long = "\n".join([*ACT.split("\n")[:2], *(f"Que el anexo {n} trata de otro asunto menor." for n in range(60))])
    write(tmp_path, TRAIN, (f"{long}\n{ACT}", GOOD), (long, "Ayuda de alquiler para los jóvenes de la ciudad."))
    write(tmp_path, DEV)
    found = read(tmp_path, 300)
    assert all(len(text) <= 300 for text, _ in found)
    assert all(holds(text, summary) for text, summary in found)


@pytest.mark.parametrize(
    ("given", "tidied"),
    [
        ("DECTO-2025-196-APN-PTE - Modificación de la Ley.", "Modificación de la Ley."),
        ("(Nota Infoleg: norma abrogada) Apruébase  el acta.", "Apruébase el acta."),
        ("Decreto 1458/98 Desígnanse vocales.", "Desígnanse vocales."),
        ("Apruébase el Decreto 1458/98 citado.", "Apruébase el Decreto 1458/98 citado."),
    ],
)
def test_what_stands_in_front_of_a_summary_goes(given: str, tidied: str) -> None:
    assert tidy(given) == tidied


def test_the_sentence_that_says_most_of_a_section_is_a_row_too(tmp_path: Path) -> None:
    write(tmp_path, TRAIN, (ACT, GOOD))
    write(tmp_path, DEV)
    [(text, sentence)] = central(tmp_path, 1440)
    assert sentence in text
    assert sentence in ACT.split("\n")


def test_equal_numbers_stay_equal_when_they_are_swapped() -> None:
    read_, summary = with_other_figures("El 15 y otra vez el 15, no el 16.", "El 15.", random.Random(3))
    first, second, third = re.findall(r"\d+", read_)
    assert first == second == re.findall(r"\d+", summary)[0]
    assert len(third) == 2


def test_the_recipe_reads_what_the_service_reads_and_is_not_turned_round(tmp_path: Path) -> None:
    chosen = recipe.load(RECIPE)
    assert (chosen.summarises, chosen.into_spanish) == (True, False)
    assert chosen.window_chars == 480 * CHARS_PER_TOKEN
    assert chosen.schedule.source_pieces == 500
    with lzma.open(tmp_path / f"{TRAIN}.xz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"text": ACT, "summary": GOOD}) + "\n")
    write(tmp_path, DEV)
    path = tmp_path / "rows" / "acts.jsonl"
    found = act_rows(pairs(tmp_path, chosen.window_chars, random.Random(1)))
    assert write_rows(found, path, augmented=False) == 2
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == {"source": " ".join(ACT.split("\n")), "targets": {"es": GOOD}}
