"""Small profiles, samples and services for the tests of the load test."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from loadtests.budgets import Budget, judge
from loadtests.machine import Machine
from loadtests.measured import Measured, Result, Sample
from loadtests.plan import Load, kinds_sent
from loadtests.profiles import Emergency, KindName, Link, Profile
from loadtests.report import Run
from loadtests.service import Address, Choice, Service
from loadtests.watch import Look, Watch
from locales.tags import LanguageTag

ES, AN, AR = LanguageTag("es"), LanguageTag("an"), LanguageTag("ar")
DIRECTIONS = {(ES, AN): 1.0}
BUDGET = Budget(failed_share=0.01, refused_share=0.1, p50_ms={"form": 500}, p95_ms={"sentence": 1000})

PROFILE = Profile(
    title="A village",
    about="One office.",
    population=86_400,
    visits_per_person_per_day=1.0,
    day=(0.0,) * 12 + (1.0,) * 12,
    duration_s=240,
    patience_s=5,
    directions=(("es", "an", 1.0),),
    mix={"sentence": 0.5, "form": 0.5},
    emergencies=(Emergency(at=0.5, callers=10, within_s=2),),
    link=Link(latency_ms=300, down_kbit=256, up_kbit=64, loss=0.01),
)


def changed(**fields: object) -> Profile:
    return msgspec.structs.replace(PROFILE, **fields)


def sample(
    ms: float = 100, result: Result = "answered", kind: KindName = "sentence", at_s: float = 1, **fields: object
) -> Sample:
    status = {"answered": 200, "refused": 503, "failed": 500, "unsent": 0}[result]
    made = Sample(at_s=at_s, kind=kind, result=result, ms=ms, late_ms=1, status=status, chars=50, results=1)
    return msgspec.structs.replace(made, **fields)


def address(url: str = "http://127.0.0.1:8080") -> Address:
    return Address(url, "127.0.0.1", 8080, loopback=True)


def service(*served: tuple[LanguageTag, LanguageTag]) -> Service:
    return Service(address(), "0.1.0", ("es-ibero@0.2.0",), frozenset(served or DIRECTIONS))


def look(at_s: float, **metrics: float) -> Look:
    names = ("cached", "computed", "batches", "batch_seconds", "waits", "wait_seconds", "queued")
    return Look(at_s, {name: metrics.get(name, 0.0) for name in names}, {"engine": 100.0, "api": 50.0})


def run(*samples: Sample, watch: Watch | None = None, replaced: bool = False) -> Run:
    load = Load(peak_per_s=2, duration_s=10, seed=1)
    measured = Measured(samples, load.duration_s)
    return Run(
        name="village",
        profile=PROFILE,
        load=load,
        choice=Choice(DIRECTIONS, ((ES, AR),), replaced),
        service=service(),
        link=PROFILE.link,
        machine=Machine("a processor", 2, 4.0, "Linux", 0.1),
        code="0.1.0",
        began=datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC),
        measured=measured,
        watch=watch or Watch(),
        seed_given=False,
        verdict=judge(BUDGET, measured, kinds_sent(PROFILE, load)),
    )


def written(folder: Path, text: str, name: str = "village.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
