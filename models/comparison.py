"""Two translators on the same lines: is the difference in chrF++ more than chance? sacreBLEU's paired bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.bars import bars
from models.catalogue import LanguagePair
from models.evaluation import RESAMPLES, Lines, chrf_metric, translate
from models.metric import EvaluationUnavailable
from models.runtime.protocol import Translator

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Compared:
    """chrF++ of both on one set; `p_value`: how often chance alone makes a difference this large."""

    direction: LanguagePair
    set_name: str
    n: int
    first: float
    second: float
    p_value: float
    signature: str

    @property
    def verdict(self) -> str:
        if self.p_value >= SIGNIFICANT:
            return "no difference shown"
        return "second is better" if self.second > self.first else "first is better"


def compare(first: Translator, second: Translator, lines: Lines, set_name: str) -> Compared:
    """Translate the lines with both and test the difference; EvaluationUnavailable without sacreBLEU."""
    try:
        from sacrebleu.significance import PairedTest
    except ImportError:
        raise EvaluationUnavailable from None
    systems: list[tuple[str, Sequence[str]]] = [
        (name, _texts(each, lines)) for name, each in (("first", first), ("second", second))
    ]
    test: Any = PairedTest(systems, {"chrf": chrf_metric()}, [list(lines.references)], "bs", n_samples=RESAMPLES)
    signatures, results = test()
    one, other = next(scores for name, scores in results.items() if name != "System")
    return Compared(
        direction=lines.direction,
        set_name=set_name,
        n=len(lines.sources),
        first=round(float(one.score), 2),
        second=round(float(other.score), 2),
        # Of two equal systems the test would say that no sample differs more than they do.
        p_value=1.0 if one.score == other.score else round(float(other.p_value), 4),
        signature=str(next(iter(signatures.values()))),
    )


def _texts(translator: Translator, lines: Lines) -> list[str]:
    found = translate(translator, lines.sources, lines.direction)
    return [hypothesis.text if hypothesis else "" for hypothesis in found]


def as_markdown(names: tuple[str, str], rows: Sequence[Compared]) -> str:
    """The report: one row per direction, the signature below."""
    table = [
        f"| direction | measured on | segments | {names[0]} | {names[1]} | difference | p | reading |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for each in rows:
        verdict = each.verdict.replace("first", names[0]).replace("second", names[1])
        table.append(
            f"| {each.direction.source} → {each.direction.target} | {each.set_name} | {each.n} | {each.first:.1f} "
            f"| {each.second:.1f} | {each.second - each.first:+.1f} | {each.p_value:.3f} | {verdict} |"
        )
    signatures = sorted({f"`{each.signature}`" for each in rows})
    reading = f"chrF++; paired bootstrap, {RESAMPLES} resamples; p below {SIGNIFICANT} counts as a difference."
    return "\n".join([*table, "", reading, *signatures, ""])


def as_svg(names: tuple[str, str], rows: Sequence[Compared]) -> str:
    """The same as bars."""
    values = [(f"{each.direction.source} → {each.direction.target}", (each.first, each.second)) for each in rows]
    return bars(f"chrF++ of {names[0]} and {names[1]}", names, values)
