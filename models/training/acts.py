"""Official acts and the one-sentence summaries their publishers wrote, as rows to train a summariser on.

The model must not learn to invent, so a pair is kept only where every number and every capitalised word of the summary
stands in what the model reads of the act: `models.abstractive.excerpt`, as in service. Beside them sentences of the
acts themselves: what the model reads of a part, and the sentence that says most of it.
"""

from __future__ import annotations

import json
import lzma
import random
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from locales.tags import LanguageTag
from models.abstractive import passages
from models.extractive import rank, speaking

ES = LanguageTag("es")
TRAIN, DEV = "acts_train.jsonl", "acts_dev.jsonl"

_DIGITS = re.compile(r"\d+")
_CAPITAL = re.compile(r"(?<![.:!?] )(?<!^)\b[^\W\d_a-z]\w+")
_WORD = re.compile(r"[^\W\d_]+")
# "DECTO-2025-196-APN-PTE - ", "(Nota Infoleg: …) ", "Decreto 1458/98 ": what publishers put in front of a summary.
_IN_FRONT = re.compile(
    r"^(?:[A-Z]{2,8}-\d{4}-\d+-APN-[A-Z#]+\s*[-–.]\s*|\(Nota Infoleg[^)]*\)\s*"
    r"|(?:Decreto|Ley)\s+(?:N[º°]\s*)?[\d./]+\s*[-–.]?\s+)+"
)
_FEWEST_WORDS, _MOST_WORDS = 5, 70
_SHORTER = 0.7  # of what is read: a longer "summary" is the text again
_MOST_SECTIONS = 6


def pairs(folder: Path, window: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """What the model reads and the publisher's summary; those with numbers once more with other numbers."""
    for text, summary in _kept(folder):
        [section] = passages(speaking(text, ES), window, 1) or [None]
        if section is None or not holds(section.text, summary) or len(summary) > _SHORTER * len(section.text):
            continue
        yield section.text, summary
        if _DIGITS.search(summary):
            yield with_other_figures(section.text, summary, rng)


def central(folder: Path, window: int) -> Iterator[tuple[str, str]]:
    """Sections of the acts and the sentence that says most of each."""
    for text, _ in _acts(folder):
        for section in passages(speaking(text, ES), window, _MOST_SECTIONS):
            sentences = [each.text for each in section.sentences]
            votes = rank(sentences)
            best = sentences[max(range(len(sentences)), key=votes.__getitem__)]
            if len(sentences) > 2 and best in section.text and _right_length(best) and not best.isupper():
                yield section.text, best


def holds(read: str, summary: str) -> bool:
    """Whether every number and every capitalised word of the summary, but the first, stands in what is read."""
    known = {_plain(word) for word in _WORD.findall(read)}
    return set(_DIGITS.findall(summary)) <= set(_DIGITS.findall(read)) and known.issuperset(
        map(_plain, _CAPITAL.findall(summary))
    )


def tidy(summary: str) -> str:
    """The summary without what stands in front of it."""
    return _IN_FRONT.sub("", " ".join(summary.split()))


def with_other_figures(read: str, summary: str, rng: random.Random) -> tuple[str, str]:
    """The pair with other digits on both sides alike, as many as before; a copied number cannot be learnt by heart."""
    swapped = {digits: _other(digits, rng) for digits in dict.fromkeys(_DIGITS.findall(read))}

    def swap(text: str) -> str:
        return _DIGITS.sub(lambda found: swapped[found[0]], text)

    return swap(read), swap(summary)


def _other(digits: str, rng: random.Random) -> str:
    first = digits[0] if digits[0] == "0" else str(rng.randint(1, 9))
    return first + "".join(str(rng.randint(0, 9)) for _ in digits[1:])


def _kept(folder: Path) -> Iterator[tuple[str, str]]:
    for text, given in _acts(folder):
        summary = tidy(given)
        if _right_length(summary) and any(map(str.islower, summary)):
            yield text, summary


def _right_length(sentence: str) -> bool:
    return _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS


def _acts(folder: Path) -> Iterator[tuple[str, str]]:
    """Acts to train on: none that is measured on."""
    measured = {act["text"] for act in _read(folder, DEV)}
    for act in _read(folder, TRAIN):
        if act["text"] not in measured:
            yield act["text"], act["summary"]


def _read(folder: Path, name: str) -> Iterator[dict[str, str]]:
    packed = folder / f"{name}.xz"
    opener, path = (lzma.open, packed) if packed.exists() else (open, folder / name)
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            act = json.loads(line)
            yield {field: unicodedata.normalize("NFC", act[field]) for field in ("text", "summary")}


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(character for character in decomposed if not "\u0300" <= character <= "\u036f")
