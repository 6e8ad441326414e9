"""`malgil loadtest`: examine everything first, then run, then write the report; or search for the limit."""

from __future__ import annotations

import datetime
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from loadtests import link as links
from loadtests import texts
from loadtests.access import NO_KEY, Access
from loadtests.budgets import BUDGETS, Budget, Verdict, answers_for, judge, load_budget
from loadtests.capacity import Capacity, Tried, write_capacity
from loadtests.limit import find_limit
from loadtests.machine import Machine, code_version, this_machine
from loadtests.order import Progress as Heard
from loadtests.plan import Load, kinds_sent, long_enough
from loadtests.profiles import Profile, load_profile, profile_path
from loadtests.refusal import LoadTestRefused
from loadtests.report import Run, write_report
from loadtests.run import MOST_DURATION_S, MOST_IN_FLIGHT, MOST_PER_S, Task, bounded, run
from loadtests.service import Choice, Service, address, choose, examine
from loadtests.watch import metrics_address

STEP_S = 30.0
"""How long one step of the search for the limit lasts unless the operator says otherwise."""

MOST_STEP_S = 300.0
"""A step goes on until there is enough of every kind to judge, but no longer than this."""

TELL_S = 10.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for; None takes what the profile says, or for the seed one that was never used."""

    profile: str
    url: str
    out: Path | None = None
    scale: float = 1.0
    rate: float | None = None
    duration_s: float | None = None
    seed: int | None = None
    steady: bool = False
    link: bool = True
    budgets: Path | None = None
    metrics: str | None = None
    allow_remote: bool = False
    any_direction: bool = False
    max_in_flight: int = MOST_IN_FLIGHT
    find_limit: bool = False
    population: int | None = None
    max_rate: float = MOST_PER_S
    access: Access = NO_KEY


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that could be wrong has been looked at."""

    name: str
    profile: Profile
    task: Task
    budget: Budget
    service: Service
    choice: Choice
    out: Path
    machine: Machine
    wanted: Wanted


def prepare(wanted: Wanted, now: datetime.datetime) -> Prepared:
    """Raises LoadTestRefused before anything was sent or written."""
    path = profile_path(wanted.profile)
    profile = load_profile(path)
    budget = load_budget(wanted.budgets or BUDGETS, path.stem)
    _check_bounds(wanted)
    load = _load(wanted, profile)
    out = wanted.out or Path(f"loadtest-{path.stem}-{now:%Y%m%d-%H%M%S}")
    if out.exists():
        raise LoadTestRefused(f"{out}: it exists already; a report never takes the place of another")
    link = profile.link if wanted.link and not wanted.find_limit else None
    if link is not None and (reason := links.not_permitted()):
        raise LoadTestRefused(f"The link of this profile cannot be emulated here: {reason}. --no-link runs without it.")
    service = examine(address(wanted.url, allow_remote=wanted.allow_remote), wanted.access, kinds_sent(profile, load))
    choice = choose(profile.languages(), service, texts.written_in(), any_direction=wanted.any_direction)
    metrics_url = metrics_address(service.address, wanted.metrics)
    task = Task(path, load, choice.directions, service.address, metrics_url, link, wanted.max_in_flight, wanted.access)
    _check_writable(out)
    return Prepared(path.stem, profile, task, budget, service, choice, out, this_machine(), wanted)


def _load(wanted: Wanted, profile: Profile) -> Load:
    people = wanted.population or profile.population
    peak = profile.peak_of(people) * wanted.scale if wanted.rate is None else wanted.rate
    duration = wanted.duration_s
    if duration is None:
        duration = STEP_S if wanted.find_limit else profile.duration_s
    # A seed that was used before asks for texts that the service may still have in its cache.
    seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
    return bounded(Load(peak, duration, seed, wanted.steady or wanted.find_limit, not wanted.find_limit))


def _check_writable(out: Path) -> None:
    """Before the run: its figures must not be lost for want of a folder."""
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=".loadtest-"):
            pass
    except OSError as error:
        raise LoadTestRefused(f"{out}: the report could not be written there ({error.strerror})") from None


def _check_bounds(wanted: Wanted) -> None:
    for name, value, most in (
        ("scale", wanted.scale, 1_000.0),
        ("max-in-flight", wanted.max_in_flight, 10_000),
        ("max-rate", wanted.max_rate, MOST_PER_S),
        ("population", wanted.population if wanted.population is not None else 1, 10_000_000_000),
    ):
        if not 0 < value <= most:
            raise LoadTestRefused(f"{name} {value:g}: it is above 0 and at most {most:g}")


def loadtest(wanted: Wanted, say: Callable[[str], None]) -> bool:
    """Whether the budget is held (or a limit was found). Raises LoadTestRefused and LoadTestBroken."""
    now = datetime.datetime.now(datetime.UTC)
    prepared = prepare(wanted, now)
    _introduce(prepared, say)
    return _search(prepared, say) if wanted.find_limit else _once(prepared, now, say)


def _introduce(prepared: Prepared, say: Callable[[str], None]) -> None:
    task, choice = prepared.task, prepared.choice
    load = task.load
    directions = ", ".join(f"{source} → {target}" for source, target in choice.directions)
    say(f"profile    {prepared.name}: {prepared.profile.title}")
    say(f"service    Malgil {prepared.service.version} at {task.address.url}")
    say(f"callers    {'with an API key' if prepared.service.keyed else 'without an API key'}")
    say(f"directions {directions}")
    if choice.left_out:
        left_out = ", ".join(f"{source} → {target}" for source, target in choice.left_out)
        say(f"left out   {left_out}: not served, or no texts in the source language")
    say(f"link       {'emulated' if task.link else 'none emulated'}")
    say(f"load       {load.peak_per_s:.3g} visits per second at the peak, {load.duration_s:g} s, seed {load.seed}")
    if not prepared.wanted.find_limit and (enough_s := _enough_s(prepared, load, MOST_DURATION_S)) > load.duration_s:
        say(f"too short  for every figure of the budget; --duration {enough_s:.0f} would do")


def _enough_s(prepared: Prepared, load: Load, most_s: float) -> float:
    return long_enough(prepared.profile, load, prepared.choice.directions, answers_for(prepared.budget), most_s)


def _once(prepared: Prepared, now: datetime.datetime, say: Callable[[str], None]) -> bool:
    with _shown(prepared.task.load.duration_s) as heard:
        measured, watch = run(prepared.task, heard)
    verdict = judge(prepared.budget, measured, kinds_sent(prepared.profile, prepared.task.load))
    written = write_report(
        Run(
            name=prepared.name,
            profile=prepared.profile,
            load=prepared.task.load,
            choice=prepared.choice,
            service=prepared.service,
            link=prepared.task.link,
            machine=prepared.machine,
            code=code_version(),
            began=now,
            measured=measured,
            watch=watch,
            seed_given=prepared.wanted.seed is not None,
            verdict=verdict,
        ),
        prepared.out,
    )
    _tell_verdict(verdict, say)
    say(f"report     {written}")
    say(f"verdict    {verdict.word}")
    return verdict.held


def _tell_verdict(verdict: Verdict, say: Callable[[str], None]) -> None:
    for each in verdict.figures:
        factor, unit = (100, "%") if each.unit == "share" else (1, each.unit)
        value = "–" if each.measured is None else f"{each.measured * factor:.4g} {unit}"
        say(f"{each.outcome:10} {each.name}: {value} (budget {each.limit * factor:g} {unit}) {each.remark}".rstrip())


def _search(prepared: Prepared, say: Callable[[str], None]) -> bool:
    tried: list[Tried] = []

    def holds(per_s: float) -> bool:
        # Other texts in every step: a step must not live on what the one before left in the cache.
        load = replace(prepared.task.load, peak_per_s=per_s, seed=prepared.task.load.seed + len(tried))
        load = replace(load, duration_s=_enough_s(prepared, load, MOST_STEP_S))
        with _shown(load.duration_s) as heard:
            measured, watch = run(replace(prepared.task, load=load), heard)
        verdict = judge(prepared.budget, measured, kinds_sent(prepared.profile, load))
        tried.append(Tried(per_s, measured, verdict, watch))
        held = tried[-1].held
        broken = ", ".join(each.name for each in verdict.broken) or "no latency could be judged"
        outcome = "held" if held else f"not held ({broken})"
        say(f"step       {per_s:.3g} visits per second, {load.duration_s:g} s: {outcome}")
        return held

    found = find_limit(holds, prepared.task.load.peak_per_s, prepared.wanted.max_rate)
    capacity = Capacity(
        name=prepared.name,
        profile=prepared.profile,
        population=prepared.wanted.population or prepared.profile.population,
        step=prepared.task.load,
        choice=prepared.choice,
        service=prepared.service,
        machine=prepared.machine,
        code=code_version(),
        found=found,
        tried=tuple(tried),
    )
    written = write_capacity(capacity, prepared.out)
    for sentence in capacity.conclusion():
        say(sentence)
    say(f"report     {written}")
    return found.holds is not None


@contextmanager
def _shown(duration_s: float) -> Iterator[Callable[[Heard], None]]:
    """A bar in a terminal, a line every ten seconds elsewhere."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield _lines(console)
        return
    columns = (TextColumn("load"), BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=duration_s)
        yield lambda heard: progress.update(bar, completed=heard.at_s, description=_counted(heard))


def _lines(console: Console) -> Callable[[Heard], None]:
    told = 0.0

    def heard(progress: Heard) -> None:
        nonlocal told
        if progress.at_s - told >= TELL_S:
            told = progress.at_s
            console.print(f"{progress.at_s:8.0f} s  {_counted(progress)}", highlight=False)

    return heard


def _counted(heard: Heard) -> str:
    unsent = f", {heard.unsent} not sent" if heard.unsent else ""
    counted = f"{heard.answered} answered, {heard.refused} refused, {heard.failed} failed"
    return f"{counted}{unsent}, {heard.in_flight} in flight"
