"""One figure of an evaluation, without anything that computes it: whoever reads records needs no numbers library."""

from __future__ import annotations

from dataclasses import dataclass

from models.catalogue import LanguagePair


class EvaluationUnavailable(RuntimeError):
    def __init__(self) -> None:
        super().__init__("evaluation needs sacreBLEU and rouge-score: pip install 'malgil[evaluate]'")


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure. `direction` is None for what concerns the whole model; `n` counts what it was taken from."""

    name: str
    direction: LanguagePair | None
    value: float
    n: int
    signature: str = ""
    ci95: tuple[float, float] | None = None
