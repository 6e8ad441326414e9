"""Made-up public-service texts, from the building blocks in `texts/*.toml` and a seeded generator; one file a language.

No sentence is taken from anywhere. A file number in every sentence keeps two texts apart, so that only what a region
really repeats (labels, greetings, notices) meets the cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from msgspec import Struct

from loadtests.tables import read_table

FOLDER = Path(__file__).parent / "texts"
NOTICES = 40
"""Different notices that go round in a region; the first is read far more often than the last (Zipf)."""

_DAYS, _HOURS, _EUROS, _HOUSES, _FILES = (2, 28), (8, 14), (20, 900), (2, 120), 10_000_000


class Blocks(Struct, frozen=True, forbid_unknown_fields=True):
    openings: tuple[str, ...]
    events: tuple[str, ...]
    closings: tuple[str, ...]
    reference: str
    headings: tuple[str, ...]
    greetings: tuple[str, ...]
    farewells: tuple[str, ...]
    labels: tuple[str, ...]
    notices: tuple[str, ...]
    alerts: tuple[str, ...]


def written_in() -> frozenset[str]:
    """Languages that texts can be made in."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


@cache
def blocks(language: str) -> Blocks:
    return read_table(FOLDER / f"{language}.toml", Blocks)


def sentence(random: Random, language: str) -> str:
    """Eight to some thirty words; one in three has no last clause."""
    known = blocks(language)
    parts = [random.choice(known.openings), random.choice(known.events)]
    if random.random() < 2 / 3:
        parts.append(random.choice(known.closings))
    stop = "।" if language == "hi" else "."
    return _filled(f"{' '.join(parts)}, {known.reference}{stop}", random)


def form(random: Random, language: str) -> list[str]:
    """Eight to thirty labels, none twice, in the order of the form."""
    labels = blocks(language).labels
    return random.sample(labels, min(len(labels), random.randint(8, 30)))


def letter(random: Random, language: str) -> str:
    """Greeting, two to five paragraphs, farewell."""
    known = blocks(language)
    middle = [_paragraph(random, language) for _ in range(random.randint(2, 5))]
    return "\n\n".join([random.choice(known.greetings), *middle, random.choice(known.farewells)])


def document(random: Random, language: str) -> str:
    """Six to sixteen sections under headings: three to twenty thousand characters."""
    known = blocks(language)
    sections = random.randint(6, 16)
    lines: list[str] = []
    for number in range(sections):
        lines.append(f"{number + 1}. {known.headings[number % len(known.headings)]}")
        lines.extend(_paragraph(random, language) for _ in range(random.randint(1, 3)))
    return "\n\n".join(lines)


def notice(random: Random, language: str) -> str:
    """One of the notices of the region: the same numbers stand for the same words in every run."""
    number = random.choices(range(NOTICES), [1 / rank for rank in range(1, NOTICES + 1)])[0]
    return _filled(_turn(blocks(language).notices, number), Random(number))


def alert(random: Random, language: str) -> str:
    return _filled(random.choice(blocks(language).alerts), random)


def _paragraph(random: Random, language: str) -> str:
    return " ".join(sentence(random, language) for _ in range(random.randint(2, 5)))


def _turn(choices: Sequence[str], number: int) -> str:
    return choices[number % len(choices)]


def _filled(template: str, random: Random) -> str:
    return template.format(
        day=random.randint(*_DAYS),
        hour=random.randint(*_HOURS),
        euros=random.randint(*_EUROS),
        house=random.randint(*_HOUSES),
        ref=random.randrange(_FILES),
    )
