"""How sure the model was of a translation, in bands that were measured for its direction; `unknown` without them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from locales.tags import LanguageTag
from models.calibration import Band, Calibration
from models.standing import Standing


@dataclass(frozen=True, slots=True)
class Certainty:
    """`score` is the mean probability of a token, 0 to 1; `calibration` names the evaluation that `band` rests on."""

    band: Band
    score: float | None
    calibration: str | None


UNKNOWN = Certainty("unknown", None, None)


class Bands:
    """The calibrations of all models that serve."""

    def __init__(self, standings: Iterable[Standing] = ()) -> None:
        self._known: dict[tuple[str, LanguageTag, LanguageTag], tuple[Calibration, str]] = {
            (standing.entry.reference, each.direction.source, each.direction.target): (each, standing.record.id)
            for standing in standings
            if standing.record
            for each in standing.record.calibration
        }

    def certainty(
        self, model: str, source: LanguageTag, target: LanguageTag, log_probabilities: Sequence[float | None]
    ) -> Certainty:
        """A text is as sure as its least sure segment; unknown when the model was not asked about every one."""
        known = self._known.get((model, source, target))
        scores = [each for each in log_probabilities if each is not None]
        if known is None or not scores or len(scores) < len(log_probabilities):
            return UNKNOWN
        calibration, evaluation = known
        least = min(scores)
        return Certainty(calibration.band(least), round(math.exp(min(0.0, least)), 4), evaluation)
