"""What a model's own score is worth: bands of its log-probability, measured against sentence chrF++.

Scores of two models, or of two directions, cannot be compared, so each direction has its own bands: the thirds of its
evaluation set by score. They hold only where the better third was measured to be better; otherwise there are none, and
the band of an answer is `unknown`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from models.catalogue import LanguagePair

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.evaluation import Sentence

Band = Literal["high", "medium", "low", "unknown"]

LEAST_SENTENCES = 90
LEAST_GAP = 4.0  # chrF++ points between the means of low and high


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scores below `low_below` are low, from `high_from` on high; `chrf` is the mean of low, medium and high."""

    direction: LanguagePair
    set_name: str
    n: int
    low_below: float
    high_from: float
    chrf: tuple[float, float, float]
    rank_correlation: float

    def band(self, log_probability: float) -> Band:
        if log_probability < self.low_below:
            return "low"
        return "high" if log_probability >= self.high_from else "medium"


def calibrate(direction: LanguagePair, set_name: str, sentences: Sequence[Sentence]) -> Calibration | None:
    """Bands of one direction; None when there are too few sentences or the score says too little about them."""
    import numpy as np  # here, since every process that serves reads the bands and none computes them

    if len(sentences) < LEAST_SENTENCES:
        return None
    scores = np.array([each.log_probability for each in sentences])
    chrf = np.array([each.chrf for each in sentences])
    low_below, high_from = (float(cut) for cut in np.quantile(scores, (1 / 3, 2 / 3)))
    bands = (scores < low_below, (scores >= low_below) & (scores < high_from), scores >= high_from)
    if not all(band.any() for band in bands):
        return None
    low, medium, high = (round(float(chrf[band].mean()), 2) for band in bands)
    if not low < medium < high or high - low < LEAST_GAP:
        return None
    correlation = float(np.corrcoef(_ranks(scores), _ranks(chrf))[0, 1])
    return Calibration(
        direction,
        set_name,
        len(sentences),
        round(low_below, 4),
        round(high_from, 4),
        (low, medium, high),
        round(correlation, 3),
    )


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Equal values share the mean of their ranks."""
    import numpy as np

    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means: NDArray[np.float64] = ends - (counts - 1) / 2
    return means[place]
