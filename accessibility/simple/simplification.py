"""A text in plainer language, sentence by sentence, behind the meaning guard.

Plain language is clear text for everyone; `simple` goes further for readers with little time or reading practice: one
sentence to a line, more lists, definitions beside the text. Neither is easy read, which readers must have checked. So
the result is labelled automatic, never reviewed, and the original stands beside it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from accessibility.simple import guard
from accessibility.simple.changes import Change
from accessibility.simple.glossary import Definition, FirstUses, without_abbreviations
from accessibility.simple.guard import Flag, GuardReport, Mode
from accessibility.simple.key_facts import KeyFact, key_facts
from accessibility.simple.profile import Level, languages, profile
from accessibility.simple.readability import Readability, figures, sentences, words
from accessibility.simple.rules import substitute
from accessibility.simple.scan import Scan
from accessibility.simple.split import split as split_sentence
from locales.segmentation import Segment, split
from locales.tags import LanguageTag

SIMPLE_VERSION = "1"

Strategy = Literal["rules", "model", "both"]
Rewriter = Callable[[str, LanguageTag], str]
Warning = Literal["still_hard", "guard_partial", "sentences_reverted"]

MAX_WORDS: Mapping[Level, int] = {"plain": 20, "simple": 15}
_LONGEST_SEGMENT = 5000
_STILL_HARD = 0.25

_Read = list[list[str]]  # the words of a text, sentence by sentence


class NoSimplification(ValueError):
    """The language has no rules and no model was handed in; `available` says which have rules."""

    def __init__(self, language: LanguageTag) -> None:
        super().__init__(language)
        self.language = language
        self.available = languages()


@dataclass(frozen=True, slots=True)
class Options:
    """`glossary` (term → meaning) goes before the language's own; `max_words` only counts, it cuts nothing."""

    level: Level = "plain"
    strategy: Strategy = "rules"
    max_words: int | None = None
    glossary: Mapping[str, str] = field(default_factory=dict)
    guard: Mode = "strict"


@dataclass(frozen=True, slots=True)
class Simplified:
    """The result beside its original. `label` and `reviewed` never change here: only people can review."""

    text: str
    original: str
    language: LanguageTag
    level: Level
    strategy: Strategy
    changes: tuple[Change, ...]
    definitions: tuple[Definition, ...]
    key_facts: tuple[KeyFact, ...]
    readability_before: Readability
    readability_after: Readability
    guard: GuardReport
    warnings: tuple[Warning, ...]
    label: Literal["automatic"] = "automatic"
    reviewed: Literal[False] = False


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    changes: tuple[Change, ...] = ()
    flags: tuple[Flag, ...] = ()
    checked: bool = False
    reverted: bool = False


def segments(text: str, language: LanguageTag) -> tuple[Segment, ...]:
    """The sentences that are rewritten one by one: what `rewrite` is given."""
    return split(text, language, _LONGEST_SEGMENT)


def simplify(
    text: str, language: LanguageTag, options: Options | None = None, rewrite: Rewriter | None = None
) -> Simplified:
    """Simplify a text with the language's rules, and with `rewrite` (one sentence in, one out) where a strategy asks.

    A sentence whose meaning the guard doubts stays as it was. Raises NoSimplification where nothing could be done.
    """
    options = options or Options()
    known = profile(language)
    if not known.rules and (rewrite is None or options.strategy == "rules"):
        raise NoSimplification(language)
    parts = segments(text, language)
    scan = Scan(language)
    done = [_numbered(_simpler(part.text, language, options, rewrite, scan), index) for index, part in enumerate(parts)]
    first_uses = FirstUses(text, language, {**known.glossary, **options.glossary}, scan)
    told: list[str] = []
    written: list[str] = []
    expansions: list[Change] = []
    definitions: list[Definition] = []
    for index, sentence in enumerate(done):
        expanded, changes = first_uses.expand(sentence.text)
        told.append(expanded)
        expansions += [replace(change, sentence=index) for change in changes]
        found = first_uses.define(sentence.text, index)
        definitions += found
        if options.level == "simple":
            expanded = "\n".join([expanded, *(f"({each.term}: {each.meaning})" for each in found)])
            expansions += [
                Change("definition", each.term, each.meaning, f"definition:{each.term}", index) for each in found
            ]
        written.append(expanded)
    result = _joined(parts, written, options.level)
    own = [words(part.text, language) for part in parts]
    pairs = list(zip(done, own, strict=True))
    # What stayed as it was is as hard as before: only changed sentences are read again.
    after = [
        counted
        for sentence, before in pairs
        for counted in (sentences(sentence.text, language) if sentence.changes else [before])
    ]
    lines = [length for sentence, before in pairs for length in _lines(sentence, before, language)]
    report = GuardReport(
        coverage=guard.coverage(language),
        checked=sum(sentence.checked for sentence in done),
        reverted=sum(sentence.reverted for sentence in done),
        flags=tuple(flag for sentence in done for flag in sentence.flags),
    )
    return Simplified(
        text=result,
        original=text,
        language=language,
        level=options.level,
        strategy=options.strategy,
        changes=tuple([*(change for sentence in done for change in sentence.changes), *expansions]),
        definitions=tuple(definitions),
        key_facts=key_facts(told, language, scan),
        readability_before=figures(own if _whole(parts) else sentences(text, language), language),
        readability_after=figures(after, language),
        guard=report,
        warnings=_warnings(lines, report, options),
    )


def _simpler(sentence: str, language: LanguageTag, options: Options, rewrite: Rewriter | None, scan: Scan) -> _Sentence:
    """The model first, then the rules on what the guard let through; each step may be taken back alone."""
    result = _Sentence(sentence)
    if rewrite is not None and options.strategy != "rules":
        rewritten = rewrite(sentence, language).strip()
        result = _guarded(result, rewritten, (Change("model", sentence, rewritten, "model"),), language, options, scan)
    if options.strategy == "model" or not profile(language).rules:
        return result
    full, changes = without_abbreviations(result.text, language, scan)
    if changes:
        result = replace(result, text=full, changes=(*result.changes, *changes))
    substituted, changes = substitute(result.text, language, options.level, scan)
    result = _guarded(result, substituted, changes, language, options, scan)
    parted, changes = split_sentence(result.text, language, options.level)
    return _guarded(result, parted, changes, language, options, scan)


def _guarded(
    kept: _Sentence,
    candidate: str,
    changes: tuple[Change, ...],
    language: LanguageTag,
    options: Options,
    scan: Scan,
) -> _Sentence:
    if candidate == kept.text:
        return kept
    flags = guard.compare(kept.text, candidate, language, scan)
    if guard.passes(flags, options.guard):
        return replace(
            kept, text=candidate, changes=(*kept.changes, *changes), flags=(*kept.flags, *flags), checked=True
        )
    return replace(kept, flags=(*kept.flags, *flags), checked=True, reverted=True)


def _whole(parts: Sequence[Segment]) -> bool:
    """No sentence was cut: a third of the longest segment is the shortest piece that is cut off."""
    return all(len(part.text) < _LONGEST_SEGMENT // 3 for part in parts)


def _lines(sentence: _Sentence, own: list[str], language: LanguageTag) -> Iterator[int]:
    """How many words each line of a sentence has."""
    if not sentence.changes:
        yield from [len(own)] if sentence.text else []
        return
    yield from (len(words(line, language)) for line in sentence.text.split("\n") if line.strip())


def _numbered(sentence: _Sentence, index: int) -> _Sentence:
    if not (sentence.changes or sentence.flags):
        return sentence
    return replace(
        sentence,
        changes=tuple(replace(change, sentence=index) for change in sentence.changes),
        flags=tuple(replace(flag, sentence=index) for flag in sentence.flags),
    )


def _joined(segments: tuple[Segment, ...], written: list[str], level: Level) -> str:
    """With the white space that was between the sentences; at level simple every sentence has its own line."""
    pieces: list[str] = []
    last = len(segments) - 1
    for index, (segment, text) in enumerate(zip(segments, written, strict=True)):
        own_line = "\n" not in segment.after and index < last and (level == "simple" or "\n" in text)
        pieces += segment.before, text, "\n" if own_line else segment.after
    return "".join(pieces)


def _warnings(lines: Sequence[int], report: GuardReport, options: Options) -> tuple[Warning, ...]:
    longest = options.max_words or MAX_WORDS[options.level]
    hard = sum(length > longest for length in lines)
    found: dict[Warning, bool] = {
        "still_hard": bool(lines) and hard >= _STILL_HARD * len(lines),
        "guard_partial": report.coverage == "partial",
        "sentences_reverted": report.reverted > 0,
    }
    return tuple(name for name, holds in found.items() if holds)
