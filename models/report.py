"""An evaluation record as people read it: Markdown tables and bars."""

from __future__ import annotations

from collections.abc import Sequence

from models.bars import Row, bars
from models.metric import Metric
from models.quality import measured, measured_summaries, quality_table, summary_table
from models.record import Record, Verdict

# So many failures of one kind are told one by one.
_TOLD = 12


def scores(record: Record) -> str:
    """The table of the model's task."""
    summaries = measured_summaries(record)
    if summaries:
        return summary_table(summaries)
    pairs = list(measured(record).values())
    return quality_table(pairs) if pairs else metrics_table(record)


def verdict_lines(verdict: Verdict) -> list[str]:
    """What the gate says, a line for each miss; of very many misses of one kind the first and their number."""
    if verdict.passed:
        return ["The gate would let it pass."]
    by_metric: dict[str, list[str]] = {}
    for failure in verdict.failed:
        by_metric.setdefault(failure.metric, []).append(str(failure))
    told = ["The gate would refuse it:"]
    for metric, failures in by_metric.items():
        told += [f"  {each}" for each in failures[:_TOLD]]
        if len(failures) > _TOLD:
            told.append(f"  {metric}: and {len(failures) - _TOLD} more")
    return told


def cost_table(records: Sequence[Record]) -> str:
    """A Markdown table: what each model takes of a machine. Of the directions the slowest and the fastest."""
    table = [
        "| model | size on disk | load | memory | sentences/s | on |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for each in records:
        size, load, memory = (each.value(name, None) for name in ("size_mb", "load_s", "resident_mib"))
        speeds = [metric.value for metric in each.metrics if metric.name in ("sentences_per_s", "documents_per_s")]
        speed = " to ".join(dict.fromkeys(f"{speed:.0f}" for speed in (min(speeds), max(speeds)))) if speeds else "–"
        table.append(
            f"| {each.model} | {_told(size, 'MB')} | {_told(load, 's', 2)} | {_told(memory, 'MiB')} | {speed} "
            f"| {each.environment.cpu}, {each.environment.threads} threads |"
        )
    return "\n".join(table) + "\n"


def _told(value: float | None, unit: str, digits: int = 0) -> str:
    return "–" if value is None else f"{value:.{digits}f} {unit}"


def calibration_table(record: Record) -> str:
    """A Markdown table: mean chrF++ of the sentences in each band of the model's own score, by direction; a direction
    whose score says too little has none."""
    table = [
        "| direction | measured on | sentences | low | medium | high | rank correlation |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    known = {each.direction: each for each in record.calibration}
    for data in record.data:
        bands = known.get(data.direction)
        cells = [f"{chrf:.1f}" for chrf in bands.chrf] if bands else ["–"] * 3
        correlation = f"{bands.rank_correlation:.2f}" if bands else "–"
        table.append(
            f"| {data.direction.source} → {data.direction.target} | {data.name} | {data.n} | {' | '.join(cells)} "
            f"| {correlation} |"
        )
    return "\n".join(table) + "\n"


def metrics_table(record: Record) -> str:
    """Every figure of a record."""
    table = ["| metric | direction | value | 95 % interval | of |", "|---|---|---:|---|---:|"]
    return "\n".join([*table, *map(_row, record.metrics)]) + "\n"


def _row(each: Metric) -> str:
    direction = f"{each.direction.source} → {each.direction.target}" if each.direction else ""
    interval = f"{each.ci95[0]:g} to {each.ci95[1]:g}" if each.ci95 else ""
    return f"| `{each.name}` | {direction} | {each.value:g} | {interval} | {each.n} |"


def as_markdown(record: Record, plot: str = "") -> str:
    """The whole report; `plot` is the file that holds the bars, beside it."""
    sets = [
        f"- {each.direction.source} → {each.direction.target}: {each.name}, {each.n} lines, {each.licence}, "
        f"sha256 {each.sha256[:12]}{f'; {each.note}' if each.note else ''}"
        for each in record.data
    ]
    parts = [
        f"# {record.model}, suite {record.suite}, {record.measured}",
        *([f"![scores by direction]({plot})"] if plot else []),
        scores(record).rstrip(),
        "## The gate",
        "\n".join(f"- {line.strip()}" for line in verdict_lines(record.verdict)),
        "## Cost",
        cost_table([record]).rstrip(),
        *(["## What its own score is worth", calibration_table(record).rstrip()] if record.calibration else []),
        "## Measured on",
        "\n".join(sets),
        f"{f'Signed by {record.signed_by}. ' if record.signed_by else ''}"
        f"Code {record.code_version}, thresholds {record.thresholds_sha256[:12]}, CTranslate2 "
        f"{record.environment.ctranslate2}, {record.environment.compute_type}.",
        "## Every figure",
        metrics_table(record).rstrip(),
    ]
    return "\n\n".join(parts) + "\n"


def as_svg(record: Record) -> str:
    """The model beside its rivals: chrF++, ROUGE-L or LIX of each direction."""
    title, names, rows = _simplified(record)
    if summaries := measured_summaries(record):
        title, names = "ROUGE-L", (record.model, "first sentence", "extractive")
        rows = [
            (each.data.direction.source, (each.rouge[-1], each.lead[-1], each.extractive[-1])) for each in summaries
        ]
    elif pairs := measured(record).values():
        title, names = "chrF++", (record.model, "copied source", "teacher")
        rows = [(f"{each.source} → {each.target}", (each.chrf, each.copy_chrf, each.teacher_chrf)) for each in pairs]
    return bars(f"{title} of {record.model}", names, rows)


def _simplified(record: Record) -> tuple[str, tuple[str, ...], list[Row]]:
    values = [
        (each.direction.source, tuple(record.value(name, each.direction) for name in ("served_lix", "source_lix")))
        for each in record.data
    ]
    return "LIX (lower is easier)", (record.model, "source"), list(values)
