"""Two translators on the same lines: is the difference in chrF++ more than chance? sacreBLEU's paired bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from models.catalogue import LanguagePair
from models.evaluation import RESAMPLES, Lines, chrf_metric, translate
from models.metric import EvaluationUnavailable
from models.runtime.protocol import Translator

SIGNIFICANT = 0.05

_BAR_WIDTH = 480
_ROW_HEIGHT = 44
_LABEL_WIDTH = 170


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
    """The same as bars, with the figures written out; patterns differ in lightness, not only in colour."""
    height = _ROW_HEIGHT * len(rows) + 40
    width = _LABEL_WIDTH + _BAR_WIDTH + 60
    title = escape(f"chrF++ of {names[0]} and {names[1]}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="t" font-family="sans-serif" font-size="13"><title id="t">{title}</title>',
        *(_legend(name, place, fill) for place, (name, fill) in enumerate(zip(names, _FILLS, strict=True))),
    ]
    for number, each in enumerate(rows):
        top = 36 + _ROW_HEIGHT * number
        label = escape(f"{each.direction.source} → {each.direction.target}")
        parts.append(f'<text x="{_LABEL_WIDTH - 10}" y="{top + 20}" text-anchor="end">{label}</text>')
        for place, (value, fill) in enumerate(zip((each.first, each.second), _FILLS, strict=True)):
            y, length = top + 17 * place, _BAR_WIDTH * value / 100
            parts.append(f'<rect x="{_LABEL_WIDTH}" y="{y}" width="{length:.1f}" height="15" fill="{fill}"/>')
            parts.append(f'<text x="{_LABEL_WIDTH + length + 6:.1f}" y="{y + 12}">{value:.1f}</text>')
    return "\n".join([*parts, "</svg>", ""])


_FILLS = ("#9aa8b8", "#1f4e79")


def _legend(name: str, place: int, fill: str) -> str:
    x = _LABEL_WIDTH + 240 * place
    return f'<rect x="{x}" y="8" width="12" height="12" fill="{fill}"/><text x="{x + 18}" y="19">{escape(name)}</text>'
