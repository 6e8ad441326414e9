"""ROUGE-1, ROUGE-2 and ROUGE-L, F1 in percent (C.-Y. Lin, 2004), by Google's rouge-score. Words are runs of letters and
digits in any script, without stemming: it knows no language, so it favours none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from importlib.metadata import version
from typing import Any

from models.metric import EvaluationUnavailable

MEASURES = ("rouge_1", "rouge_2", "rouge_l")
_NAMES = ("rouge1", "rouge2", "rougeL")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


class _Words:
    def tokenize(self, text: str) -> list[str]:
        return words(text)


class Rouge:
    """EvaluationUnavailable without rouge-score."""

    def __init__(self) -> None:
        try:
            from rouge_score.rouge_scorer import RougeScorer
        except ImportError:
            raise EvaluationUnavailable from None
        self._scorer: Any = RougeScorer(list(_NAMES), tokenizer=_Words())

    @cached_property
    def signature(self) -> str:
        return f"F1|words:unicode|stem:no|rouge-score:{version('rouge-score')}"

    def scores(self, reference: str, text: str) -> tuple[float, float, float]:
        """In the order of MEASURES."""
        found = self._scorer.score(reference, text)
        first, second, longest = (100 * float(found[name].fmeasure) for name in _NAMES)
        return first, second, longest
