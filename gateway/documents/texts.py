"""The texts of a document through translation: line by line, a window at a time, marks and all.

The marks of inline markup stand in the text that is translated, with blanks around them, masked like any placeholder.
Where a model lost some, the text is translated once more without them, each marked part by itself, and the marks are
set where the part is found in the whole (`alignment.realigned`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from accessibility import alignment, marks
from gateway.errors import Overloaded, QueueUnavailable, SegmentFailed, TimedOut
from gateway.guidance import Guidance
from gateway.segments import Delivery
from gateway.translation import Translated, Translation
from locales.tags import LanguageTag

# Small, so that no batch of a document keeps a worker for long from who asks for a sentence.
WINDOW_TEXTS = 16
WINDOW_CHARS = 2_000
# Of the segments: those that hold all of their glossary's terms, those that do not, those that the memory knew.
HELD, MISSING, RECALLED = COUNTS = ("glossary_pass", "glossary_fail", "recalled")
TEXT_LEFT = "text_left"
MARKUP_LOST, PAGE_WITHOUT_TEXT = "markup_lost", "page_without_text"
# One window computes while the next one is read and checked.
_AT_ONCE = 2
_AGAIN_S = 2.0


@dataclass(slots=True)
class Done:
    """`counts`: how often each check failed, `text_left` for a text that the model failed on, which stays as it was,
    and those of COUNTS."""

    texts: list[str]
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def warnings(self) -> dict[str, int]:
        """What a reader should know of."""
        return {code: count for code, count in self.counts.items() if code not in COUNTS}


async def translate(
    translation: Callable[[], Translation],
    texts: Sequence[str],
    source: LanguageTag,
    target: LanguageTag,
    delivery: Callable[[], Delivery],
    progress: Callable[[Mapping[int, str], Mapping[str, int]], Awaitable[None]],
    known: Mapping[int, str] | None = None,
    guidance: Guidance | None = None,
) -> Done:
    """As many texts, in order; `known` are done already, by their places. `progress` gets what was done and counted
    since.

    `translation` is asked anew for each window: models change while a book is done. A queue that is full or away is
    waited for; other errors of the gateway end it.
    """
    known = known or {}
    done = Done([known.get(place, "") for place in range(len(texts))])
    free = asyncio.Semaphore(_AT_ONCE)

    async def window(places: Sequence[int]) -> None:
        async with free:
            way = _Way(translation, source, target, delivery, guidance)
            for place, text in zip(places, await way.window([texts[each] for each in places]), strict=True):
                done.texts[place] = texts[place] if text is None else text
                way.counts.update([TEXT_LEFT] if text is None else [])
            done.counts.update(way.counts)
            await progress({place: done.texts[place] for place in places}, way.counts)

    try:
        async with asyncio.TaskGroup() as group:
            for places in _windows(texts, known):
                group.create_task(window(places))
    except BaseExceptionGroup as errors:
        raise _first(errors) from None
    return done


def length(text: str) -> int:
    """Its characters, without the marks that stand for its markup."""
    return len(marks.bare(text))


def of_file(unmarked: int, pictures: int) -> Counter[str]:
    """What is to be said of the file as it was written: texts that lost marks, pages that are pictures."""
    return +Counter({MARKUP_LOST: unmarked, PAGE_WITHOUT_TEXT: pictures})


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _windows(texts: Sequence[str], known: Mapping[int, str]) -> list[list[int]]:
    windows: list[list[int]] = []
    chars = WINDOW_CHARS
    for place, text in enumerate(texts):
        if place in known:
            continue
        if chars + len(text) > WINDOW_CHARS or len(windows[-1]) >= WINDOW_TEXTS:
            windows.append([])
            chars = 0
        windows[-1].append(place)
        chars += len(text)
    return windows


@dataclass(frozen=True, slots=True)
class _Answer:
    """A translated text, and of its segments those of COUNTS."""

    text: str
    counts: Counter[str]


@dataclass(slots=True)
class _Way:
    """A window's way; `counts` is what is to be said of it."""

    translation: Callable[[], Translation]
    source: LanguageTag
    target: LanguageTag
    delivery: Callable[[], Delivery]
    guidance: Guidance | None
    counts: Counter[str] = field(default_factory=Counter)

    async def window(self, texts: Sequence[str]) -> list[str | None]:
        """None for a text that the model failed on."""
        answers = await self._texts([marks.aired(text) for text in texts])
        translated = [
            None if answer is None else replace(answer, text=marks.closed(answer.text, text))
            for answer, text in zip(answers, texts, strict=True)
        ]
        lost = [
            place
            for place, answer in enumerate(translated)
            if answer is not None and marks.numbers(answer.text) != marks.numbers(texts[place])
        ]
        if lost:
            for place, again in zip(lost, await self._realigned([texts[place] for place in lost]), strict=True):
                translated[place] = again or translated[place]
        for each in translated:
            self.counts.update(each.counts if each else {})
        return [each.text if each else None for each in translated]

    async def _realigned(self, texts: Sequence[str]) -> list[_Answer | None]:
        parts = [alignment.parts(text) for text in texts]
        wanted = [each for found in parts for each in (found.bare, *found.marked.values())]
        answers = iter(await self._texts(wanted))
        return [_set(found, next(answers), {number: next(answers) for number in found.marked}) for found in parts]

    async def _texts(self, texts: Sequence[str]) -> list[_Answer | None]:
        lines = [line for text in texts for line in text.split("\n")]
        try:
            answers = await self._lines(lines)
        except SegmentFailed:
            # One of them fails its window: each by itself, so that only that one is left.
            answers = [await self._line(line) for line in lines]
        waiting = iter(answers)
        return [_joined([next(waiting) for _ in text.split("\n")]) for text in texts]

    async def _line(self, line: str) -> _Answer | None:
        try:
            return (await self._lines([line]))[0]
        except SegmentFailed:
            return None

    async def _lines(self, lines: Sequence[str]) -> list[_Answer | None]:
        while True:
            try:
                translation = self.translation()
                sources = [translation.read(line, self.source, (self.target,)) for line in lines]
                results = await translation.carry(sources, (self.target,), self.delivery(), self.guidance)
            except (Overloaded, QueueUnavailable, TimedOut):
                await asyncio.sleep(_AGAIN_S)
            else:
                return [self._counted(result) for result in results]

    def _counted(self, result: Translated) -> _Answer:
        self.counts.update({finding.code for finding in result.report.findings})
        outcomes = Counter(each.outcome for each in result.told.terms)
        told = {HELD: outcomes["pass"], MISSING: outcomes["fail"], RECALLED: len(result.told.recalled)}
        # A line end that a model made up would end a line of the document.
        return _Answer(result.text.replace("\n", " "), +Counter(told))


def _set(found: alignment.Parts, bare: _Answer | None, parts: Mapping[int, _Answer | None]) -> _Answer | None:
    if bare is None:
        return None
    told = {number: part.text if part else None for number, part in parts.items()}
    return replace(bare, text=alignment.realigned(found, bare.text, told))


def _joined(lines: Sequence[_Answer | None]) -> _Answer | None:
    whole = [line for line in lines if line is not None]
    if len(whole) < len(lines):
        return None
    return _Answer("\n".join(each.text for each in whole), sum((each.counts for each in whole), Counter()))


def source_of(
    translation: Translation, texts: Sequence[str], said: LanguageTag | None, target: LanguageTag
) -> LanguageTag:
    """The language of a document: what it says of itself where that is served, else what its text looks like.

    Raises LanguageUncertain or PairNotServed.
    """
    if said is not None and translation.catalogue.find(said, target):
        return said
    sample = marks.bare("\n".join(texts))[:20_000]
    found = translation.read(sample, None, (target,))
    translation.admit_pairs([found], (target,))
    return found.tag
