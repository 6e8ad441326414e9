"""CTranslate2: the one door to the engine.

What its defaults would do to a public service, and what is done instead: input beyond 1,024 tokens is cut silently
(longer input is translated in windows), output is cut silently at 256 (the limit follows the source, and the end token
tells), one bad input fails its whole batch (the batch is bisected), and a process may abort at exit (the model is
unloaded first).

What a judge finds fault with is decoded a second time, with a wide beam, then in two parts; the hypothesis with the
fewest faults stays: most lost numbers stand in one of the next hypotheses (docs/decisions/0007).
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import ctranslate2
import msgspec

from models.catalogue import CatalogueEntry
from models.runtime.devices import device_at_hand
from models.runtime.protocol import (
    Hypothesis,
    Judge,
    NBestInput,
    TranslationFailed,
    TranslationInput,
    TranslatorClosed,
    check_served,
    distinct,
)
from models.runtime.tokeniser import Tokeniser
from models.runtime.windows import going_on, join, windows
from models.store import ModelDirectory

# The exceptions a C++ engine arrives with: runtime_error, invalid_argument, out_of_range, bad_alloc.
_ENGINE_ERRORS = (RuntimeError, ValueError, IndexError, MemoryError)
# Inputs of a call that share one decode limit, by source length: one batch for nearly all, since each further one costs
# some 6 % of the time, yet a sentence cannot run as long as the longest text may.
_LENGTH_STEPS = (64, 128)
_SECOND_BEAM = 6
_HALVED = 12  # pieces; a shorter text gains nothing from being cut


class _Config(msgspec.Struct):
    """The part of CTranslate2's config.json that says who adds the end of the source."""

    eos_token: str = "</s>"
    add_source_eos: bool = False


@dataclass(frozen=True, slots=True)
class _Job:
    """One window of one input, ready for the engine; `wanted` hypotheses of it."""

    owner: int
    given: TranslationInput
    pieces: Sequence[str]
    source: list[str]
    prefix: list[str]
    limit: int
    spaced: bool
    wanted: int = 1


@dataclass(frozen=True, slots=True)
class _Decoded:
    text: str
    complete: bool
    tokens: int
    score: float | None
    others: tuple[_Decoded, ...] = ()


class CTranslate2Translator:
    def __init__(
        self,
        directory: ModelDirectory,
        entry: CatalogueEntry,
        *,
        device: str = "auto",
        inter_threads: int = 1,
        intra_threads: int = 1,
        compute_type: str = "default",
        max_batch_tokens: int = 2048,
        scores: bool = False,
        judge: Judge | None = None,
    ) -> None:
        self._entry = entry
        self._scores = scores
        self._judge = judge
        self._max_batch_tokens = max_batch_tokens
        self._config = msgspec.json.decode((directory.path / "config.json").read_bytes(), type=_Config)
        self._tokeniser = Tokeniser(directory.path, entry)
        self._translator = ctranslate2.Translator(
            str(directory.path),
            device=device_at_hand(device),
            compute_type=compute_type,
            inter_threads=inter_threads,
            intra_threads=intra_threads,
        )
        self._running = 0
        self._closed = False
        self._idle = threading.Condition()

    @property
    def reference(self) -> str:
        return self._entry.reference

    def count_tokens(self, text: str) -> int:
        return len(self._tokeniser.encode(text))

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        check_served(self._entry, inputs)
        with self._in_use():
            results = self._translate(inputs)
        complete = [result for result in results if result is not None]
        if len(complete) < len(results):
            raise TranslationFailed(results)
        return complete

    def close(self) -> None:
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: not self._running)
            if self._translator.model_is_loaded:
                self._translator.unload_model()

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._idle:
            if self._closed:
                raise TranslatorClosed(self.reference)
            self._running += 1
        try:
            yield
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    def _translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis | None]:
        encoded = [self._encode(each.text) for each in inputs]
        jobs = [
            job
            for owner, (each, pieces) in enumerate(zip(inputs, encoded, strict=True))
            for job in self._jobs(owner, each, pieces or [])
        ]
        parts: defaultdict[int, list[tuple[_Job, _Decoded | None]]] = defaultdict(list)
        decoded_all = self._decode_all(jobs)
        judged = self._look_again(self._judge, jobs, decoded_all) if self._judge else {}
        by_owner: dict[int, int] = {}
        for place, (job, decoded) in enumerate(zip(jobs, decoded_all, strict=True)):
            parts[job.owner].append((job, decoded))
            if place in judged and job.given is inputs[job.owner]:
                by_owner[job.owner] = judged[place]
        return [
            None if pieces is None else _hypothesis(len(pieces), parts[owner], by_owner.get(owner))
            for owner, pieces in enumerate(encoded)
        ]

    def _encode(self, text: str) -> list[str] | None:
        try:
            return self._tokeniser.encode(text)
        except ValueError:
            return None

    def _jobs(self, owner: int, each: TranslationInput, pieces: Sequence[str]) -> Iterator[_Job]:
        return self._cut(owner, each, pieces, self._entry.max_source_tokens)

    def _cut(self, owner: int, each: TranslationInput, pieces: Sequence[str], longest: int) -> Iterator[_Job]:
        before, prefix = self._tags(each)
        wanted = 1 + each.others if isinstance(each, NBestInput) else 1
        after = [] if self._config.add_source_eos else [self._config.eos_token]
        for window in windows(pieces, longest, self._tokeniser.space):
            whole = len(window.pieces) == len(pieces)
            given = each if whole else replace(each, text=self._tokeniser.decode(window.pieces))
            source = [*before, *self._tokeniser.instruction, *window.pieces, *after]
            limit = self._limit(len(window.pieces))
            yield _Job(owner, given, window.pieces, source, prefix, limit, window.spaced, wanted)

    def _tags(self, each: TranslationInput) -> tuple[list[str], list[str]]:
        """What stands before the source, and what the answer must begin with."""
        entry = self._entry
        target = entry.tag(each.target)
        source = entry.tag(each.source or entry.sources[0])
        in_source, in_target = {
            "none": ([], []),
            "encoder-tag": ([target], []),
            "decoder-tag": ([], [target]),
            "both-tags": ([source], [target]),
        }[entry.prefix]
        return (
            [entry.source_start, *in_source] if entry.source_start else in_source,
            [entry.target_start, *in_target] if entry.target_start else in_target,
        )

    def _limit(self, source_tokens: int) -> int:
        longest = self._entry.max_source_tokens
        step = next((step for step in _LENGTH_STEPS if source_tokens <= step), longest)
        return self._entry.target_limit(min(step, longest))

    def _decode_all(self, jobs: Sequence[_Job]) -> list[_Decoded | None]:
        groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for place, job in enumerate(jobs):
            groups[job.limit, job.wanted].append(place)
        decoded: list[_Decoded | None] = [None] * len(jobs)
        submitted = ((places, self._submit([jobs[place] for place in places])) for places in groups.values())
        # All groups are under way before the first is waited for, so no worker of the engine idles; or one by one.
        for places, pending in submitted if all(job.given.aside for job in jobs) else tuple(submitted):
            for place, result in zip(places, self._collect([jobs[place] for place in places], pending), strict=True):
                decoded[place] = result
        return decoded

    def _submit(
        self, jobs: Sequence[_Job], beam: int | None = None
    ) -> Sequence[ctranslate2.AsyncTranslationResult] | None:
        """`beam`: so wide, and all that it found; else as wide as the model and the jobs want it."""
        wanted = beam or jobs[0].wanted
        try:
            return self._translator.translate_batch(
                [job.source for job in jobs],
                [job.prefix for job in jobs] if jobs[0].prefix else None,
                asynchronous=True,
                max_batch_size=self._max_batch_tokens,
                batch_type="tokens",
                beam_size=max(self._entry.beam_size, wanted) if beam is None else beam,
                num_hypotheses=wanted,
                no_repeat_ngram_size=self._entry.no_repeat_ngram,
                max_input_length=0,
                max_decoding_length=jobs[0].limit + len(jobs[0].prefix),  # the prefix counts
                return_end_token=True,
                return_scores=self._scores,
                disable_unk=True,
            )
        except _ENGINE_ERRORS:
            return None

    def _collect(
        self, jobs: Sequence[_Job], pending: Sequence[ctranslate2.AsyncTranslationResult] | None
    ) -> list[_Decoded | None]:
        """Wait for the jobs; those whose batch raised are bisected until only the offender is left."""
        decoded: list[_Decoded | None] = [None] * len(jobs)
        for place, future in enumerate(pending or ()):
            try:
                best, *others = self._all(jobs[place], future.result())
                decoded[place] = replace(best, others=tuple(others)) if others else best
            except _ENGINE_ERRORS:
                continue
        again = [place for place, result in enumerate(decoded) if result is None]
        if len(jobs) == 1:
            return decoded
        middle = (len(again) + 1) // 2
        for half in (again[:middle], again[middle:]):
            if half:
                part = [jobs[place] for place in half]
                for place, result in zip(half, self._collect(part, self._submit(part)), strict=True):
                    decoded[place] = result
        return decoded

    def _all(self, job: _Job, result: ctranslate2.TranslationResult) -> list[_Decoded]:
        scores = result.scores if self._scores else [None] * len(result.hypotheses)
        return [self._decoded(job, tokens, score) for tokens, score in zip(result.hypotheses, scores, strict=True)]

    def _decoded(self, job: _Job, tokens: Sequence[str], score: float | None) -> _Decoded:
        complete = bool(tokens) and tokens[-1] == self._config.eos_token
        written = tokens[len(job.prefix) : len(tokens) - 1 if complete else len(tokens)]
        return _Decoded(self._tokeniser.decode(written), complete, len(written), score)

    def _look_again(self, judge: Judge, jobs: Sequence[_Job], decoded: list[_Decoded | None]) -> Mapping[int, int]:
        """Put a better text in place of each that the judge finds fault with, where there is one; what the judge says
        of the texts that stay, by place."""
        judged = {
            place: judge(job.given, _hypothesis_of(job, first))
            for place, (job, first) in enumerate(zip(jobs, decoded, strict=True))
            if first is not None and job.wanted == 1  # among more there is what a second look would find
        }
        faults = {place: found for place, found in judged.items() if found}
        self._wider(judge, jobs, decoded, faults)
        if self._entry.task != "summarize":  # two halves of a text have two summaries
            self._in_parts(judge, jobs, decoded, faults)
        return {**judged, **faults}

    def _wider(
        self, judge: Judge, jobs: Sequence[_Job], decoded: list[_Decoded | None], faults: dict[int, int]
    ) -> None:
        by_limit: defaultdict[int, list[int]] = defaultdict(list)
        for place in faults:
            by_limit[jobs[place].limit].append(place)
        for places in by_limit.values():
            pending = self._submit([jobs[place] for place in places], beam=_SECOND_BEAM) or ()
            for place, future in zip(places, pending, strict=False):
                for other in self._others(jobs[place], future):
                    found = judge(jobs[place].given, _hypothesis_of(jobs[place], other))
                    if found < faults[place]:
                        decoded[place], faults[place] = other, found

    def _in_parts(
        self, judge: Judge, jobs: Sequence[_Job], decoded: list[_Decoded | None], faults: dict[int, int]
    ) -> None:
        """A small model keeps more of a short text: what is still at fault is cut in two and joined again."""
        cut = {
            place: list(self._cut(jobs[place].owner, jobs[place].given, pieces, math.ceil(0.6 * len(pieces))))
            for place, found in faults.items()
            if found and len(pieces := jobs[place].pieces) >= _HALVED
        }
        results = iter(self._decode_all([part for parts in cut.values() for part in parts]))
        for place, parts in cut.items():
            written = [next(results) for _ in parts]
            whole = _joined(parts, [each for each in written if each is not None])
            found = judge(jobs[place].given, _hypothesis_of(jobs[place], whole))
            if None not in written and found < faults[place]:
                decoded[place], faults[place] = whole, found

    def _others(self, job: _Job, pending: ctranslate2.AsyncTranslationResult) -> list[_Decoded]:
        """All hypotheses, best first; none where the engine fails: then the first text stands."""
        try:
            return self._all(job, pending.result())
        except _ENGINE_ERRORS:
            return []


def _hypothesis_of(job: _Job, decoded: _Decoded) -> Hypothesis:
    return Hypothesis(decoded.text, decoded.complete, len(job.source), decoded.tokens)


def _joined(parts: Sequence[_Job], decoded: Sequence[_Decoded]) -> _Decoded:
    """The windows as one: the best of each, then the next of each, beside the best of those that have no more."""
    depth = max((len(each.others) for each in decoded), default=0)
    ranks = [
        _one(parts, [each.others[rank] if rank < len(each.others) else each for each in decoded])
        for rank in range(depth)
    ]
    best = _one(parts, decoded)
    return replace(best, others=tuple(ranks)) if ranks else best


def _one(parts: Sequence[_Job], decoded: Sequence[_Decoded]) -> _Decoded:
    texts = [
        going_on(each.text, part.given.text) if place else each.text
        for place, (part, each) in enumerate(zip(parts, decoded, strict=False))
    ]
    return _Decoded(
        text=join(texts, [part.spaced for part in parts[: len(decoded)]]),
        complete=all(each.complete for each in decoded),
        tokens=sum(each.tokens for each in decoded),
        score=_mean_score(decoded),
    )


def _hypothesis(
    source_tokens: int, parts: Sequence[tuple[_Job, _Decoded | None]], judged: int | None
) -> Hypothesis | None:
    decoded = [result for _, result in parts if result is not None]
    if len(decoded) < len(parts):
        return None
    whole = _joined([job for job, _ in parts], decoded)
    best = Hypothesis(whole.text, whole.complete, source_tokens, whole.tokens, whole.score, judged)
    if not whole.others:
        return best
    others = [Hypothesis(each.text, each.complete, source_tokens, each.tokens, each.score) for each in whole.others]
    return replace(best, others=distinct(best.text, others, len(others)))


def _mean_score(decoded: Sequence[_Decoded]) -> float | None:
    """The windows' scores, each weighing as many tokens as it wrote."""
    weighed = [(result.score, max(1, result.tokens)) for result in decoded if result.score is not None]
    if not weighed or len(weighed) < len(decoded):
        return None
    return sum(score * tokens for score, tokens in weighed) / sum(tokens for _, tokens in weighed)
