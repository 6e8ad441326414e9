"""The texts of a document through translation: line by line, a window at a time, marks and all.

The marks of inline markup stand in the text that is translated, with blanks around them, masked like any placeholder.
Where a model lost some, the text is translated once more without them, each marked part by itself, and the marks are
set where the part is found in the whole (`alignment.realigned`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from accessibility import alignment, marks
from gateway.errors import Overloaded, QueueUnavailable, SegmentFailed, TimedOut
from gateway.segments import Delivery
from gateway.translation import Translated, Translation
from locales.tags import LanguageTag

# Small, so that no batch of a document keeps a worker for long from who asks for a sentence.
WINDOW_TEXTS = 16
WINDOW_CHARS = 2_000
# One window computes while the next one is read and checked.
_AT_ONCE = 2
_AGAIN_S = 2.0


@dataclass(slots=True)
class Done:
    """`findings`: how often each check failed; `left`: texts that the model failed on, which stay as they were."""

    texts: list[str]
    findings: Counter[str] = field(default_factory=Counter)
    left: int = 0


async def translate(
    translation: Callable[[], Translation],
    texts: Sequence[str],
    source: LanguageTag,
    target: LanguageTag,
    delivery: Callable[[], Delivery],
    progress: Callable[[Mapping[int, str]], Awaitable[None]],
    known: Mapping[int, str] | None = None,
) -> Done:
    """As many texts, in order; `known` are done already, by their places. `progress` gets what was done since.

    `translation` is asked anew for each window: models change while a book is done. A queue that is full or away is
    waited for; other errors of the gateway end it.
    """
    known = known or {}
    done = Done([known.get(place, "") for place in range(len(texts))])
    free = asyncio.Semaphore(_AT_ONCE)

    async def window(places: Sequence[int]) -> None:
        async with free:
            way = _Way(translation, source, target, delivery, done.findings)
            for place, text in zip(places, await way.window([texts[each] for each in places]), strict=True):
                done.texts[place] = texts[place] if text is None else text
                done.left += text is None
            await progress({place: done.texts[place] for place in places})

    try:
        async with asyncio.TaskGroup() as group:
            for places in _windows(texts, known):
                group.create_task(window(places))
    except BaseExceptionGroup as errors:
        raise _first(errors) from None
    return done


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


@dataclass(slots=True)
class _Way:
    translation: Callable[[], Translation]
    source: LanguageTag
    target: LanguageTag
    delivery: Callable[[], Delivery]
    findings: Counter[str]

    async def window(self, texts: Sequence[str]) -> list[str | None]:
        """None for a text that the model failed on."""
        answers = await self._texts([marks.aired(text) for text in texts])
        translated = [
            None if answer is None else marks.closed(answer, text) for answer, text in zip(answers, texts, strict=True)
        ]
        lost = [
            place
            for place, text in enumerate(translated)
            if text is not None and marks.numbers(text) != marks.numbers(texts[place])
        ]
        if lost:
            for place, text in zip(lost, await self._realigned([texts[place] for place in lost]), strict=True):
                translated[place] = translated[place] if text is None else text
        return translated

    async def _realigned(self, texts: Sequence[str]) -> list[str | None]:
        parts = [alignment.parts(text) for text in texts]
        wanted = [each for found in parts for each in (found.bare, *found.marked.values())]
        answers = iter(await self._texts(wanted))
        return [
            alignment.realigned(found, bare, {number: next(answers) for number in found.marked})
            if (bare := next(answers)) is not None
            else None
            for found in parts
        ]

    async def _texts(self, texts: Sequence[str]) -> list[str | None]:
        lines = [line for text in texts for line in text.split("\n")]
        try:
            answers = await self._lines(lines)
        except SegmentFailed:
            # One of them fails its window: each by itself, so that only that one is left.
            answers = [await self._line(line) for line in lines]
        waiting = iter(answers)
        return [_joined([next(waiting) for _ in text.split("\n")]) for text in texts]

    async def _line(self, line: str) -> str | None:
        try:
            return (await self._lines([line]))[0]
        except SegmentFailed:
            return None

    async def _lines(self, lines: Sequence[str]) -> list[str | None]:
        while True:
            try:
                translation = self.translation()
                sources = [translation.read(line, self.source, (self.target,)) for line in lines]
                results = await translation.carry(sources, (self.target,), self.delivery())
            except (Overloaded, QueueUnavailable, TimedOut):
                await asyncio.sleep(_AGAIN_S)
            else:
                return [self._counted(result) for result in results]

    def _counted(self, result: Translated) -> str:
        self.findings.update({finding.code for finding in result.report.findings})
        # A line end that a model made up would end a line of the document.
        return result.text.replace("\n", " ")


def _joined(lines: Sequence[str | None]) -> str | None:
    return None if None in lines else "\n".join(line for line in lines if line is not None)


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
