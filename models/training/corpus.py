"""Gather, clean and augment the training rows of a recipe.

    python -m models.training.corpus RECIPE.toml WORK_FOLDER --data SHARED_DATA

WORK_FOLDER/teacher and WORK_FOLDER/phrases hold `es.txt` and one `TARGET.txt` per target, line by line, as
`models.training.teacher` writes them, and so does each chunk WORK_FOLDER/more/NN of `models.training.sentences`
whose translations are finished; WORK_FOLDER/native is written by `models.training.native`. A summariser reads
SHARED_DATA/summaries (models.training.acts). The result is WORK_FOLDER/rows/NAME.jsonl, one row per Spanish text:
{"source": "…", "targets": {"an": "…", …}, "typed": {"es": "…"}}; `typed` is there for a share of the rows and holds
some of its texts as people type them. A row leads both ways: a recipe into Spanish reads its targets and writes its
source, so the teacher's output becomes the source of natural Spanish (back-translation).
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from models.training import acts, recipe, teacher

_DIGITS = re.compile(r"\d+")
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+")
_LONGEST_WORDS = 110
_WINDOW_WORDS = 36  # about what the runtime hands to the model at once
_NAME = re.compile(r"(?<=\w )[A-ZÁÉÍÓÚÑ][a-záéíóúñ]{3,}\b")
_ACCENT = re.compile("[\u0300\u0301\u0302\u0308]")  # not the tilde: ñ is a letter of its own
_SYLLABLES = (
    "ba",
    "ko",
    "mi",
    "ra",
    "tel",
    "os",
    "an",
    "gu",
    "vi",
    "sor",
    "len",
    "da",
    "pe",
    "xi",
    "un",
    "mar",
    "ty",
    "ch",
)


@dataclass(frozen=True, slots=True)
class Row:
    source: str
    targets: dict[str, str]
    typed: dict[str, str] = field(default_factory=dict)


def read_lines(path: Path) -> list[str]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [unicodedata.normalize("NFC", line.strip()) for line in lines]


def teacher_rows(folder: Path, targets: tuple[str, ...]) -> Iterator[Row]:
    """Rows whose every kept target passes `teacher.usable`."""
    sources = read_lines(folder / "es.txt")
    columns = {
        target: read_lines(folder / f"{target}.txt") for target in targets if (folder / f"{target}.txt").exists()
    }
    for number, source in enumerate(sources):
        mended = {target: teacher.mend(source, lines[number]) for target, lines in columns.items()}
        kept = {target: line for target, line in mended.items() if teacher.usable(source, line)}
        if source and kept:
            yield Row(source, kept)


def gazette_rows(data: Path, pattern: str = "*") -> Iterator[Row]:
    """Real Spanish-Valencian pairs whose numbers agree, of the files whose names match `pattern`. Some write the curled
    apostrophe, the teacher and most others the straight one: all rows have the straight one."""
    seen: set[str] = set()
    folder = data / "parallel" / "es-ca_valencia"
    for source_path in sorted(folder.glob(f"{pattern}.es.xz")):
        target_path = source_path.with_name(source_path.name.replace(".es.xz", ".va.xz"))
        for source, target in zip(read_lines(source_path), read_lines(target_path), strict=True):
            if source in seen or not 1 <= len(source.split()) <= _LONGEST_WORDS or source == target:
                continue
            if not _agree(source, target):
                continue
            seen.add(source)
            straight = target if "’" in source else target.replace("’", "'")
            yield from in_windows(Row(source, {"ca-valencia": straight}))


def in_windows(row: Row, longest: int = _WINDOW_WORDS) -> list[Row]:
    """A long row as rows of at most about `longest` words, cut behind the same punctuation on all sides, as the runtime
    cuts long texts. Whole when it is short or its clauses cannot be paired."""
    if len(row.source.split()) <= longest:
        return [row]
    columns = {name: _CLAUSE_END.split(text) for name, text in (("", row.source), *row.targets.items())}
    if len({tuple(clause[-1:] for clause in clauses[:-1]) for clauses in columns.values()}) > 1:
        return [row]
    rows, start, words = [], 0, 0
    clauses = columns[""]
    for end, clause in enumerate(clauses):
        if words and words + len(clause.split()) > longest:
            rows.append(_part(columns, start, end))
            start, words = end, 0
        words += len(clause.split())
    rows.append(_part(columns, start, len(clauses)))
    paired = all(_agree(each.source, text) for each in rows for text in each.targets.values())
    return rows if paired else [row]


def _agree(source: str, target: str) -> bool:
    """Similar length and the same numbers."""
    similar = 0.7 < (len(target) + 8) / (len(source) + 8) < 1.4
    return similar and sorted(_DIGITS.findall(source)) == sorted(_DIGITS.findall(target))


def _part(columns: dict[str, list[str]], start: int, end: int) -> Row:
    source, *targets = ((name, " ".join(clauses[start:end])) for name, clauses in columns.items())
    return Row(source[1], dict(targets))


def software_rows(data: Path) -> Iterator[Row]:
    """Interface strings; the markup tokens and the hot-key mark of LibreOffice are kept as they are."""
    tables = (
        ("ast", "ui.es-ast"),
        ("oc", "ui.es-oc"),
        ("gl", "ui.es-gl"),
        ("ca", "help.es-ca"),
        ("eu", "ui.es-eu"),
        ("eu", "help.es-eu"),
    )
    for target, name in tables:
        for line in read_lines(data / "parallel" / "software" / f"{name}.tsv.xz"):
            source, translation, english = [*line.split("\t"), "", ""][:3]
            if not source or not translation or english in (source, translation) or len(source.split()) > 40:
                continue
            if teacher.usable(source, translation):
                yield Row(source, {target: translation})


def native_rows(folder: Path) -> Iterator[Row]:
    """The teacher's Spanish and the text that people wrote, as `models.training.native` gathered it."""
    for path in sorted(folder.glob("*.es.txt")):
        language = path.name.removesuffix(".es.txt")
        for written, spanish in zip(read_lines(folder / f"{language}.txt"), read_lines(path), strict=True):
            if written and teacher.usable(written, spanish):
                yield Row(spanish, {language: written})


def act_rows(pairs: Iterator[tuple[str, str]]) -> Iterator[Row]:
    """Rows of a summariser: Spanish into less Spanish."""
    for read, summary in pairs:
        yield Row(read, {"es": summary})


def figure_rows(folder: Path, targets: tuple[str, ...], rng: random.Random) -> Iterator[Row]:
    """Short teacher rows that hold numbers, with other numbers and addresses: what must survive translation exactly."""
    for row in teacher_rows(folder, targets):
        if _DIGITS.search(row.source) and len(row.source.split()) <= 30:
            swapped = _swap_digits(row, rng, lengths=True)
            if swapped is not row:
                yield _swap_name(swapped, rng)


def augment(row: Row, rng: random.Random) -> Row:
    """Now and then other digits, an address in place of a name, or capitals, alike on both sides.

    Numbers, links and names must survive translation; the student sees far more of them than the text alone holds.
    """
    draw = rng.random()
    if draw < 0.35:
        return _swap_digits(row, rng)
    if draw < 0.45:
        return _swap_name(row, rng)
    if draw < 0.47 and len(row.source.split()) <= 12:
        return Row(row.source.upper(), {target: text.upper() for target, text in row.targets.items()})
    return row


def _swap_digits(row: Row, rng: random.Random, *, lengths: bool = False) -> Row:
    found = _DIGITS.findall(row.source)
    targets = {t: text for t, text in row.targets.items() if sorted(_DIGITS.findall(text)) == sorted(found)}
    if not found or not targets:
        return row
    model = {digits: "1" * rng.randint(1, 9) if lengths and rng.random() < 0.3 else digits for digits in found}
    swapped = {digits: _random_digits(model[digits], rng) for digits in found}

    def swap(text: str) -> str:
        return _DIGITS.sub(lambda match: swapped[match.group()], text)

    return Row(swap(row.source), {target: swap(text) for target, text in targets.items()})


def _random_digits(digits: str, rng: random.Random) -> str:
    first = digits[0] if digits[0] == "0" else str(rng.randint(1, 9))
    return first + "".join(str(rng.randint(0, 9)) for _ in digits[1:])


def _swap_name(row: Row, rng: random.Random) -> Row:
    for name in _NAME.findall(row.source):
        targets = {t: text for t, text in row.targets.items() if len(re.findall(rf"\b{name}\b", text)) == 1}
        if len(re.findall(rf"\b{name}\b", row.source)) == 1 and len(targets) == len(row.targets):
            other = _stand_in(rng)
            return Row(row.source.replace(name, other), {t: text.replace(name, other) for t, text in targets.items()})
    return row


def _stand_in(rng: random.Random) -> str:
    def word() -> str:
        return "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 3)))

    kind = rng.randrange(5)
    if kind == 0:
        return f"{word()}.{word()}@{word()}.{rng.choice(('es', 'org', 'gob.es', 'eu', 'cat'))}"
    if kind == 1:
        return f"https://www.{word()}.{rng.choice(('es', 'org', 'com'))}/{word()}/{word()}"
    if kind == 2:
        return f"{rng.choice('ABCXY')}{rng.randint(10, 99999)}-{rng.choice('KLMNZ')}"
    return word().capitalize()


def noisy(text: str, rng: random.Random) -> str:
    """As people type in a hurry: no accents, no capitals, two letters swapped or one left out. Never in a word with a
    digit, an address or a link."""
    draw = rng.random()
    if draw < 0.3:
        plain = _ACCENT.sub("", unicodedata.normalize("NFD", text))
        return unicodedata.normalize("NFC", plain)
    if draw < 0.6:
        return text.lower()
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    for place in rng.sample(places, min(len(places), 1 + len(places) // 8)):
        words[place] = _mistyped(words[place], rng)
    return " ".join(words)


def typed(row: Row, rng: random.Random) -> Row:
    """With its Spanish and one of its other texts as people type them."""
    language = rng.choice(sorted(row.targets))
    return replace(row, typed={"es": noisy(row.source, rng), language: noisy(row.targets[language], rng)})


def _mistyped(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    if rng.random() < 0.5:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :]


def write_rows(rows: Iterator[Row], path: Path, *, augmented: bool, noise: float = 0.0, seed: int = 7) -> int:
    """Write the rows, a share `noise` of them also as people type them; returns how many."""
    rng = random.Random(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            kept = augment(row, rng) if augmented else row
            if rng.random() < noise:
                kept = typed(kept, rng)
            fields: dict[str, object] = {"source": kept.source, "targets": kept.targets}
            if kept.typed:
                fields["typed"] = kept.typed
            out.write(json.dumps(fields, ensure_ascii=False) + "\n")
            count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    chosen = recipe.load(options.recipe)
    others = tuple(teacher.MODES)
    folders = [options.work / "teacher", *sorted(path.parent for path in (options.work / "more").glob("*/es.txt"))]
    sources: dict[str, Callable[[], Iterator[Row]]] = {
        "teacher": lambda: chain.from_iterable(teacher_rows(folder, others) for folder in folders),
        "phrases": lambda: teacher_rows(options.work / "phrases", others),
        "figures": lambda: figure_rows(options.work / "teacher", others, random.Random(3)),
        "typed": lambda: islice(teacher_rows(options.work / "teacher", others), 0, None, 6),
        "gazette": lambda: gazette_rows(options.data),
        "official": lambda: teacher_rows(options.work / "gazettes", others),
        "dogv": lambda: gazette_rows(options.data, "DOGV*"),
        "software": lambda: software_rows(options.data),
        "native": lambda: native_rows(options.work / "native"),
        "acts": lambda: act_rows(acts.pairs(options.data / "summaries", chosen.window_chars, random.Random(5))),
        "central": lambda: act_rows(acts.central(options.data / "summaries", chosen.window_chars)),
    }
    for corpus in chosen.corpora:
        path = options.work / "rows" / f"{corpus.name}.jsonl"
        written = write_rows(sources[corpus.name](), path, augmented=corpus.augment, noise=corpus.noise)
        print(corpus.name, written, flush=True)


if __name__ == "__main__":
    main()
