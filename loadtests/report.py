"""The report of a run: verdict first, then figures, plots, circumstances and what was not measured."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from loadtests.budgets import Figure as Judged
from loadtests.budgets import Verdict
from loadtests.charts import number, svg
from loadtests.machine import Machine
from loadtests.measured import Measured, answers_needed, percentile
from loadtests.pages import Block, Figure, Heading, Paragraph, Points, Table, html, markdown
from loadtests.plan import KINDS, Load
from loadtests.profiles import DAY_S, Link, Profile
from loadtests.refusal import LoadTestRefused
from loadtests.series import charts, hit_rate
from loadtests.service import Choice, Service, arrow
from loadtests.watch import Watch

LATE_MS = 100
_WORDS = {
    "held": "The budget is held.",
    "broken": "The budget is broken.",
    "not proven": "The budget is not proven: something was measured too seldom or not at all. Run longer.",
}


@dataclass(frozen=True)
class Run:
    """All that a report tells of; `link` is the one that was emulated."""

    name: str
    profile: Profile
    load: Load
    choice: Choice
    service: Service
    link: Link | None
    machine: Machine
    code: str
    began: datetime
    measured: Measured
    watch: Watch
    seed_given: bool
    verdict: Verdict


def write_report(run: Run, folder: Path) -> Path:
    """report.html, report.md, result.json and the plots; returns the page. The folder appears whole or not at all."""
    blocks = report(run)
    title = f"Load test {run.name}, {run.began:%Y-%m-%d %H:%M}: {run.verdict.word}"
    return write_pages(folder, title, blocks, msgspec.json.format(msgspec.json.encode(result(run)), indent=1))


def write_pages(folder: Path, title: str, blocks: Sequence[Block], record: bytes) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".loadtest-") as unfinished:
            inside = Path(unfinished) / "report"
            inside.mkdir()
            (inside / "report.html").write_text(html(title, blocks), encoding="utf-8")
            (inside / "report.md").write_text(markdown(blocks), encoding="utf-8")
            (inside / "result.json").write_bytes(record + b"\n")
            for block in blocks:
                if isinstance(block, Figure):
                    (inside / f"{block.name}.svg").write_text(svg(block.chart), encoding="utf-8")
            shutil.move(inside, folder)
    except OSError as error:
        raise LoadTestRefused(f"{folder}: the report cannot be written ({error.strerror})") from None
    return folder / "report.html"


def report(run: Run) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, f"Load test: {run.profile.title}"),
        Paragraph(_WORDS[run.verdict.word], verdict=True),
        *_cautions(run),
        _judgement(run),
        Heading(2, "What was asked and what came back"),
        Paragraph(_summary(run)),
        _kinds(run.measured),
        *_reasons(run.measured),
        Heading(2, "Over time"),
    ]
    for chart in charts(run.measured, run.watch.looks):
        name = re.sub(r"[^a-z]+", "-", chart.title.lower())
        blocks += [Heading(3, chart.title), Figure(name, chart)]
    if run.watch.without:
        blocks += [Heading(3, "Not to be seen from here"), Points(tuple(run.watch.without))]
    return [*blocks, Heading(2, "How it was measured"), _circumstances(run), Points(_method(run))]


def _cautions(run: Run) -> list[Block]:
    found = []
    if run.choice.replaced:
        found.append(
            "The service serves none of the profile's directions. The run used those it serves "
            f"({', '.join(map(arrow, run.choice.directions))}); for the region itself it proves nothing."
        )
    elif run.choice.left_out:
        found.append(f"Left out, because not served or without texts: {', '.join(map(arrow, run.choice.left_out))}.")
    if run.measured.late_p99_ms > LATE_MS:
        found.append(
            f"The generator was late itself: 1 request in 100 left more than {number(run.measured.late_p99_ms)} ms "
            "after it was due. This is inside the latencies. Run the generator on another machine or lower the rate."
        )
    if run.seed_given:
        found.append(
            "The seed was chosen. If this service was asked with it before, it still has those texts in its cache, and "
            "this is a test of the cache."
        )
    if run.machine.busy:
        found.append(
            f"The machine was busy before the run began: {run.machine.load:.1f} runnable processes on "
            f"{run.machine.cores} cores. Absolute times say little."
        )
    return [Heading(2, "Read this first"), Points(tuple(found))] if found else []


def _judgement(run: Run) -> Table:
    rows = tuple(
        (each.name, _value(each, each.measured), _value(each, each.limit), each.outcome, each.remark)
        for each in run.verdict.figures
    )
    header = ("figure", "measured", "budget", "outcome", "remark")
    return Table(f"Verdict against the budget of {run.name}", header, rows, frozenset((1, 2)))


def _value(figure: Judged, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.2f} %" if figure.unit == "share" else f"{number(value)} {figure.unit}"


def _summary(run: Run) -> str:
    measured, seconds = run.measured, run.load.duration_s
    answered = [sample for sample in measured.samples if sample.result == "answered"]
    results, chars = sum(each.results for each in answered), sum(each.chars for each in answered)
    cached = hit_rate(run.watch.looks)
    parts = [
        f"{measured.due} requests in {number(seconds)} s: {len(answered)} answered, {measured.refused} refused, "
        f"{measured.failed} failed, {measured.unsent} not sent.",
        f"Throughput: {number(len(answered) / seconds)} requests, {number(results / seconds)} results and "
        f"{number(chars / seconds)} source characters per second.",
    ]
    if cached is not None:
        parts.append(f"{cached:.1f} % of the segments came from the cache.")
    if run.watch.most_memory_mb is not None:
        parts.append(f"The processes of the service held at most {number(run.watch.most_memory_mb)} MB.")
    return " ".join(parts)


def _kinds(measured: Measured) -> Table:
    rows = []
    for kind, meaning in KINDS.items():
        times = measured.latencies(kind)
        shown = [
            number(percentile(times, share)) if len(times) >= answers_needed(share) else "–"
            for share in (0.5, 0.95, 0.99)
        ]
        counts = [str(measured.count(result, kind)) for result in ("answered", "refused", "failed")]
        rows.append((kind, meaning.about, *counts, *shown, number(times[-1]) if times else "–"))
    header = ("kind", "what it is", "answered", "refused", "failed", "p50 ms", "p95 ms", "p99 ms", "longest ms")
    return Table("Requests by kind of visit", header, tuple(rows), frozenset(range(2, 9)))


def _reasons(measured: Measured) -> list[Block]:
    rows = tuple((why or "–", result, str(count)) for (result, why), count in measured.reasons().items())
    resent = sum(sample.resent for sample in measured.samples)
    polls = sum(sample.polls for sample in measured.samples)
    found: list[Block] = []
    if polls:
        found.append(Paragraph(f"Documents were asked about {polls} times in between: load that is counted only here."))
    if resent:
        found.append(
            Paragraph(
                f"{resent} requests met a kept connection that the service was just closing for idleness and were sent "
                "once more; the time of both is in their latency."
            )
        )
    if not rows:
        return found
    told = sum(sample.retry_after for sample in measured.samples if sample.result == "refused")
    note = Paragraph(f"{told} of {measured.refused} refusals said when to come again (Retry-After).")
    return [
        *found,
        Table("Why requests were not answered", ("reason", "counted as", "requests"), rows, frozenset((2,))),
        note,
    ]


def _circumstances(run: Run) -> Table:
    where = "on this machine" if run.service.address.loopback else "on another machine"
    link = run.link
    rows = (
        ("profile", f"{run.name}: {' '.join(run.profile.about.split())}"),
        ("load", _load(run)),
        ("callers", "with an API key" if run.service.keyed else "without an API key"),
        ("directions", ", ".join(map(arrow, run.choice.directions))),
        ("link", _link(link) if link else "none emulated"),
        (
            "service",
            f"Malgil {run.service.version} at {run.service.address.url}, {where}; {', '.join(run.service.models)}",
        ),
        ("load test", f"Malgil {run.code}, seed {run.load.seed}"),
        (
            "machine",
            f"{run.machine.processor}, {run.machine.cores} cores, {run.machine.memory_gb:.1f} GB; {run.machine.system}",
        ),
        ("began", f"{run.began:%Y-%m-%d %H:%M:%S %Z}"),
    )
    return Table("Circumstances", ("what", "in this run"), rows)


def _load(run: Run) -> str:
    shape = "the peak hour throughout" if run.load.steady else "a whole day in the run"
    stands_for = run.load.peak_per_s / run.profile.peak_of(1)
    return (
        f"{number(run.load.peak_per_s)} visits per second at the peak, {shape}, {number(run.load.duration_s)} s; the "
        f"peak of {stands_for:,.0f} people with {run.profile.visits_per_person_per_day} visits a day each"
        + ("" if run.load.steady else f"; an hour of the day takes {number(3600 * run.load.duration_s / DAY_S)} s")
    )


def _link(link: Link) -> str:
    return (
        f"{number(link.latency_ms)} ms one way ± {number(link.jitter_ms)} ms, {100 * link.loss:g} % loss, "
        f"{number(link.down_kbit)} kbit/s to the callers, {number(link.up_kbit)} kbit/s from them, all callers together"
    )


def _method(run: Run) -> tuple[str, ...]:
    return (
        "Open loop: visits arrive as a Poisson process, and every request has its time before the run begins; none "
        "waits for the answer to another.",
        "A latency runs from the moment the request was due to the last byte of its answer.",
        "Refused is 429 or 503. Failed is every other status, a broken connection, no answer within "
        f"{number(run.profile.patience_s)} s, or an answer in which a result is missing or empty.",
        "A document is one request: from the moment it was due to the last byte of its translation, "
        f"{number(run.profile.document_patience_s)} s at most. It is asked about "
        "once a second, and erased when it was fetched.",
        "A percentile is the nearest rank among answered requests. p50 needs 2 answers, p95 20, p99 100.",
        "Kinds of visit are dealt evenly in the shares of the profile. All texts are made up by the load test.",
    )


def result(run: Run) -> dict[str, object]:
    """The same for programs."""
    measured = run.measured
    return {
        "profile": run.name,
        "verdict": run.verdict.word,
        "figures": [
            {
                "name": each.name,
                "limit": each.limit,
                "measured": each.measured,
                "unit": each.unit,
                "outcome": each.outcome,
            }
            for each in run.verdict.figures
        ],
        "requests": {
            "due": measured.due,
            "answered": measured.count("answered"),
            "refused": measured.refused,
            "failed": measured.failed,
            "unsent": measured.unsent,
        },
        "document_polls": sum(sample.polls for sample in measured.samples),
        "api_key": run.service.keyed,
        "peak_visits_per_s": run.load.peak_per_s,
        "duration_s": run.load.duration_s,
        "steady": run.load.steady,
        "seed": run.load.seed,
        "directions": [list(pair) for pair in run.choice.directions],
        "directions_replaced": run.choice.replaced,
        "directions_left_out": [list(pair) for pair in run.choice.left_out],
        "link": msgspec.structs.asdict(run.link) if run.link else None,
        "generator_late_p99_ms": measured.late_p99_ms,
        "cache_hit_percent": hit_rate(run.watch.looks),
        "memory_mb": run.watch.most_memory_mb,
        "service": {"version": run.service.version, "models": list(run.service.models)},
        "code": run.code,
        "machine": {"processor": run.machine.processor, "cores": run.machine.cores, "memory_gb": run.machine.memory_gb},
        "began": run.began.isoformat(),
    }
