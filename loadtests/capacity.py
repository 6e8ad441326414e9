"""The report of a search for the limit: every step, the limit, and how many machines a population needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from loadtests.budgets import Verdict
from loadtests.charts import Chart, Line, number
from loadtests.limit import HEADROOM, Found, assumption, machines
from loadtests.machine import Machine
from loadtests.measured import Measured, answers_needed, percentile
from loadtests.pages import Block, Figure, Heading, Paragraph, Points, Table
from loadtests.plan import Load
from loadtests.profiles import Profile
from loadtests.report import LATE_MS, write_pages
from loadtests.service import Choice, Service, arrow
from loadtests.watch import Watch


@dataclass(frozen=True, slots=True)
class Tried:
    per_s: float
    measured: Measured
    verdict: Verdict
    watch: Watch

    @property
    def held(self) -> bool:
        return not self.verdict.broken and self.verdict.judged_latencies


@dataclass(frozen=True)
class Capacity:
    name: str
    profile: Profile
    population: int
    step: Load
    choice: Choice
    service: Service
    machine: Machine
    code: str
    found: Found
    tried: tuple[Tried, ...]

    @property
    def machines(self) -> int | None:
        return None if self.found.holds is None else machines(self.profile, self.population, self.found.holds)

    def conclusion(self) -> Iterator[str]:
        holds, breaks = self.found.holds, self.found.breaks
        if holds is None:
            yield f"No rate held the budget; the lowest that was tried is {number(breaks or 0)} visits per second."
            return
        least = "at least " if breaks is None else ""
        upper = "" if breaks is None else f"; at {number(breaks)} it is broken"
        yield f"Limit: {least}{number(holds)} visits per second hold the budget{upper}."
        yield f"Machines of this kind: {self.machines}. {assumption(self.profile, self.population)}"


def write_capacity(capacity: Capacity, folder: Path) -> Path:
    title = f"Capacity: {capacity.profile.title}"
    record = msgspec.json.format(msgspec.json.encode(_record(capacity)), indent=1)
    return write_pages(folder, title, capacity_report(capacity), record)


def capacity_report(capacity: Capacity) -> list[Block]:
    conclusion, *others = capacity.conclusion()
    return [
        Heading(1, f"Capacity: {capacity.profile.title}"),
        Paragraph(conclusion, verdict=True),
        *(Paragraph(each) for each in others),
        *_cautions(capacity),
        Heading(2, "Every step"),
        _steps(capacity),
        Figure("latency-by-rate", _chart(capacity)),
        Heading(2, "How it was measured"),
        Points(
            (
                f"Each step offers a steady rate of visits for at least {number(capacity.step.duration_s)} s and until "
                "there is enough of every kind to judge, open loop, with texts of its own. The rate doubles or halves "
                "until the outcome changes; then the gap is halved.",
                "A step holds when no figure of the budget is broken and at least one latency was judged. Emergencies "
                "and the link of the profile are left out: this is the limit of the machine.",
                f"Planned for {HEADROOM:.0%} of the limit.",
                f"Directions: {', '.join(map(arrow, capacity.choice.directions))}.",
                f"Callers: {'with' if capacity.service.keyed else 'without'} an API key.",
                f"Service: Malgil {capacity.service.version}, {', '.join(capacity.service.models)}. Load test: Malgil "
                f"{capacity.code}, seeds from {capacity.step.seed}.",
                f"Machine of the load test: {capacity.machine.processor}, {capacity.machine.cores} cores, "
                f"{capacity.machine.memory_gb:.1f} GB; {capacity.machine.system}.",
            )
        ),
    ]


def _cautions(capacity: Capacity) -> list[Block]:
    found = []
    if capacity.choice.replaced:
        found.append("The service serves none of the profile's directions; the run used those it serves.")
    if capacity.machine.busy:
        found.append(
            f"The machine was busy before the search began ({capacity.machine.load:.1f} runnable processes on "
            f"{capacity.machine.cores} cores): its limit is higher when it is idle."
        )
    if capacity.service.address.loopback:
        found.append("The load generator ran on the same machine and took part of its processors.")
    late = max((each.measured.late_p99_ms for each in capacity.tried), default=0.0)
    if late > LATE_MS:
        found.append(f"The generator was late itself by up to {number(late)} ms: the limit may be its own.")
    return [Heading(2, "Read this first"), Points(tuple(found))] if found else []


def _sentence_p95(tried: Tried) -> float | None:
    times = tried.measured.latencies("sentence")
    return percentile(times, 0.95) if len(times) >= answers_needed(0.95) else None


def _steps(capacity: Capacity) -> Table:
    rows = []
    for each in capacity.tried:
        p95 = _sentence_p95(each)
        broken = ", ".join(figure.name for figure in each.verdict.broken)
        counts = (each.measured.due, each.measured.count("answered"), each.measured.refused, each.measured.failed)
        outcome = "held" if each.held else f"broken: {broken}" if broken else "no latency could be judged"
        rows.append(
            (
                number(each.per_s),
                outcome,
                number(each.measured.duration_s),
                *map(str, counts),
                "–" if p95 is None else number(p95),
            )
        )
    header = (
        "visits per second",
        "budget",
        "seconds",
        "requests",
        "answered",
        "refused",
        "failed",
        "p95 of sentence, ms",
    )
    return Table("Steps in the order they were run", header, tuple(rows), frozenset(range(2, 8)))


def _chart(capacity: Capacity) -> Chart:
    steps = sorted(capacity.tried, key=lambda each: each.per_s)
    return Chart(
        "Latency by rate",
        "ms",
        tuple(each.per_s for each in steps),
        (Line("p95 of sentence", tuple(map(_sentence_p95, steps))),),
        across="visits per second",
    )


def _record(capacity: Capacity) -> dict[str, object]:
    return {
        "profile": capacity.name,
        "limit_visits_per_s": capacity.found.holds,
        "broken_at_visits_per_s": capacity.found.breaks,
        "population": capacity.population,
        "machines": capacity.machines,
        "assumption": assumption(capacity.profile, capacity.population),
        "steps": [
            {"visits_per_s": each.per_s, "verdict": each.verdict.word, "sentence_p95_ms": _sentence_p95(each)}
            for each in capacity.tried
        ],
        "code": capacity.code,
    }
