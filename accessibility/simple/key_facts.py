"""The facts a reader needs first: until when, when, how much, whom to call, where to look, what to do.

Every fact is quoted from the sentences handed in, so that nothing can be lost or changed on the way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from accessibility.phrases import PhraseTable
from accessibility.simple.profile import profile
from accessibility.simple.scan import Scan
from accessibility.simple.split import BULLET
from accessibility.spans import Kind
from locales.tags import LanguageTag, base

FactKind = Literal["deadline", "date", "time", "money", "phone", "address", "action"]

_FACTS: dict[Kind, FactKind] = {
    "date": "date", "time": "time", "currency": "money", "phone": "phone", "url": "address", "email": "address",
}  # fmt: skip
_CLAUSE_MARKS = frozenset(",;:-–—.¡«“(")
_ORDER: tuple[FactKind, ...] = ("action", "deadline", "date", "time", "money", "phone", "address")


@dataclass(frozen=True, slots=True)
class KeyFact:
    """`text` is quoted; `sentence` counts from 0. An action is a whole sentence, as is what surrounds a deadline."""

    kind: FactKind
    text: str
    sentence: int


def key_facts(sentences: Sequence[str], language: LanguageTag, scan: Scan | None = None) -> tuple[KeyFact, ...]:
    """The facts of a text's sentences by kind, each only once."""
    scan = scan or Scan(language)
    found = dict.fromkeys(
        KeyFact(kind, text, index)
        for index, sentence in enumerate(sentences)
        for kind, text in _facts(sentence, language, scan)
    )
    kept: dict[tuple[FactKind, str], KeyFact] = {}
    deadlines = {fact.text.casefold() for fact in found if fact.kind == "deadline"}
    for fact in found:
        if fact.kind != "date" or fact.text.casefold() not in deadlines:
            kept.setdefault((fact.kind, fact.text.casefold()), fact)
    return tuple(sorted(kept.values(), key=lambda fact: (_ORDER.index(fact.kind), fact.sentence)))


@dataclass(frozen=True, slots=True)
class FactBox:
    """The facts under headings in the language of the text; `lists` are (heading, facts) in the order of a box."""

    title: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]


def fact_box(facts: Sequence[KeyFact], language: LanguageTag) -> FactBox | None:
    """None where there are no facts or the language has no labels."""
    labels = profile(language).labels
    if not facts or not labels:
        return None
    listed = ((labels[kind], tuple(fact.text for fact in facts if fact.kind == kind)) for kind in _ORDER)
    return FactBox(labels["title"], tuple((heading, texts) for heading, texts in listed if texts))


def box(facts: Sequence[KeyFact], language: LanguageTag) -> str:
    """The same as a text; empty where there is no box."""
    made = fact_box(facts, language)
    if made is None:
        return ""
    rows = (row for heading, texts in made.lists for row in (f"{heading}:", *(f"- {text}" for text in texts)))
    return "\n".join([made.title, *rows])


def _facts(sentence: str, language: LanguageTag, scan: Scan) -> Iterator[tuple[FactKind, str]]:
    deadlines, actions = _cues(base(language))
    for span in scan.spans(sentence):
        kind = _FACTS.get(span.kind)
        if kind == "date" and next(deadlines.find(sentence[: span.end]), None):
            kind = "deadline"
        if kind:
            yield kind, sentence[span.start : span.end]
    if any(match.value or _opens_clause(sentence[: match.span[0]]) for match in actions.find_in(scan.words(sentence))):
        yield "action", _in_one_line(sentence)


def _in_one_line(sentence: str) -> str:
    return " ".join(sentence.replace(f":\n{BULLET}", ": ").replace(f"\n{BULLET}", "; ").split())


def _opens_clause(before: str) -> bool:
    return not before.strip() or before.rstrip()[-1] in _CLAUSE_MARKS


@lru_cache(maxsize=32)
def _cues(language: str) -> tuple[PhraseTable[bool], PhraseTable[bool]]:
    known = profile(LanguageTag(language))
    time = known.cues.get("time", {})
    deadlines = (*known.deadlines, *time.get("before", ()), *time.get("until", ()))
    # "Bring" tells what to do only where it opens a clause; "must" does anywhere.
    actions = {**dict.fromkeys(known.imperatives, False), **dict.fromkeys(known.actions, True)}
    return PhraseTable(dict.fromkeys(deadlines, True)), PhraseTable(actions)
