"""Trials: a share of the texts goes to a model that is to be promoted, and a bad trial ends by itself.

Which texts is decided by a keyed hash of the text, so the same text always meets the same model and nobody can read a
text off the choice. A text that the canary fails on is translated by the model in service: no caller notices. How both
fare is counted in Redis, over all API processes (keys: gateway.keys); counts hold numbers of segments, never text.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import redis.asyncio

from gateway import keys
from gateway.cache import SegmentKeys
from gateway.connections import REDIS_ERRORS
from gateway.telemetry import log, where
from locales.tags import LanguageTag
from models.gate import TrialLimits
from models.standing import Trial

COUNTING_S = 0.5
# A trial is looked at after every request, so that three standard errors are about what two are for one look.
SURE = 3.0

Side = Literal["canary", "serving"]


@dataclass(frozen=True, slots=True)
class Observed:
    """How one text fared on one side of a trial, in segments."""

    trial: Trial
    side: Side
    segments: int
    failed: int
    findings: int


@dataclass(frozen=True, slots=True)
class Counts:
    """All segments of one side of a trial so far."""

    segments: int = 0
    failed: int = 0
    findings: int = 0


def too_bad(canary: Counts, serving: Counts, limits: TrialLimits) -> bool:
    """Whether the canary does so much worse than the model in service that its trial ends."""
    if min(canary.segments, serving.segments) < limits.least_segments:
        return False
    sizes = canary.segments, serving.segments
    return _worse((canary.failed, serving.failed), sizes, limits.failures_above) or _worse(
        (canary.findings, serving.findings), sizes, limits.findings_above
    )


def _worse(counted: tuple[int, int], sizes: tuple[int, int], limit: float) -> bool:
    """Whether the first share is greater than the second by more than the limit, and by more than chance explains:
    SURE standard errors of the difference of two proportions."""
    (mine, theirs), (n, m) = counted, sizes
    pooled = min(1.0, (mine + theirs) / (n + m))
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return mine / n - theirs / m > max(limit, SURE * error)


@dataclass(frozen=True, slots=True)
class Plan:
    """The trials to run, when they end, and who is told of one that ended, once per process."""

    trials: tuple[Trial, ...]
    limits: TrialLimits
    stop: Callable[[Trial], object]


class Canaries:
    """The running trials of an API process; `choice` decides which texts take part."""

    def __init__(self, plan: Plan, choice: SegmentKeys, client: redis.asyncio.Redis) -> None:
        self._running = {trial.entry.reference: trial for trial in plan.trials}
        self._limits = plan.limits
        self._choice = choice
        self._client = client
        self._stop = plan.stop

    def trial(self, source: LanguageTag, target: LanguageTag) -> Trial | None:
        """The first running trial of a pair."""
        for trial in self._running.values():
            if source in trial.entry.sources and target in trial.entry.targets:
                return trial
        return None

    def takes(self, trial: Trial, target: LanguageTag, text: str) -> bool:
        drawn = int(self._choice.key("canary", trial.entry.reference, target, text)[:8], 16)
        return drawn < trial.share * 2**32

    async def tell(self, observed: Sequence[Observed]) -> None:
        """Count what happened and end the trials that went badly. Without Redis nothing is counted, nobody waits."""
        for trial in {each.trial.entry.reference: each.trial for each in observed}.values():
            mine = [each for each in observed if each.trial == trial]
            try:
                async with asyncio.timeout(COUNTING_S):
                    counts, stopped = await self._count(trial, mine)
            except (*REDIS_ERRORS, TimeoutError) as error:
                log().warning("trial_not_counted", model=trial.entry.reference, **where(error))
                continue
            if stopped or too_bad(counts["canary"], counts["serving"], self._limits):
                await self._end(trial)

    async def _count(self, trial: Trial, observed: Sequence[Observed]) -> tuple[dict[Side, Counts], bool]:
        key = keys.trial(trial.entry.reference, int(trial.since.timestamp()))
        pipeline = self._client.pipeline(transaction=False)
        for each in observed:
            for field, number in (("segments", each.segments), ("failed", each.failed), ("findings", each.findings)):
                if number:
                    pipeline.hincrby(key, f"{each.side}:{field}", number)
        pipeline.hgetall(key)
        found = {name.decode(): int(number) for name, number in (await pipeline.execute())[-1].items()}
        return {"canary": _counts(found, "canary"), "serving": _counts(found, "serving")}, bool(found.get("stopped"))

    async def _end(self, trial: Trial) -> None:
        if self._running.pop(trial.entry.reference, None) is None:
            return
        log().error("canary_rolled_back", model=trial.entry.reference)
        key = keys.trial(trial.entry.reference, int(trial.since.timestamp()))
        try:
            await self._client.hset(key, "stopped", "1")
        except REDIS_ERRORS as error:
            log().warning("trial_not_counted", model=trial.entry.reference, **where(error))
        self._stop(trial)


def _counts(found: dict[str, int], side: Side) -> Counts:
    return Counts(*(found.get(f"{side}:{field}", 0) for field in ("segments", "failed", "findings")))
