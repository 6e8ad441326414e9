from __future__ import annotations

import pytest

from locales.tags import LanguageTag
from models.calibration import LEAST_SENTENCES, Calibration, calibrate
from models.catalogue import LanguagePair
from models.evaluation import Sentence

PAIR = LanguagePair(LanguageTag("es"), LanguageTag("an"))


def telling(count: int, slope: float = 0.5) -> list[Sentence]:
    """The surer the model, the better the sentence."""
    return [Sentence(-2 + number / count, 30 + slope * 100 * number / count) for number in range(count)]


def calibrated() -> Calibration:
    found = calibrate(PAIR, "our own", telling(300))
    assert found is not None
    return found


def test_bands_are_thirds_by_score_and_better_from_low_to_high() -> None:
    found = calibrated()
    assert list(found.chrf) == sorted(found.chrf)
    assert (found.n, found.rank_correlation) == (300, 1.0)
    counted = [found.band(each.log_probability) for each in telling(300)]
    assert {band: counted.count(band) for band in counted} == {"low": 100, "medium": 100, "high": 100}


@pytest.mark.parametrize(("score", "band"), [(-9.0, "low"), (-1.5, "medium"), (0.0, "high")])
def test_a_score_falls_into_a_band(score: float, band: str) -> None:
    assert calibrated().band(score) == band


def test_a_score_that_says_nothing_about_quality_makes_no_bands() -> None:
    assert calibrate(PAIR, "our own", telling(300, slope=0.0)) is None
    assert calibrate(PAIR, "our own", telling(300, slope=-0.5)) is None
    assert calibrate(PAIR, "our own", telling(300, slope=0.05)) is None


def test_a_few_sentences_make_no_bands() -> None:
    assert calibrate(PAIR, "our own", telling(LEAST_SENTENCES - 1)) is None


def test_a_model_that_is_always_equally_sure_makes_no_bands() -> None:
    assert calibrate(PAIR, "our own", [Sentence(-1.0, float(number % 100)) for number in range(200)]) is None
