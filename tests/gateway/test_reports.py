"""What an engine judged needs no second look; what anybody else judged does."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import msgspec
import pytest

from accessibility import checks
from accessibility.checks import check
from gateway.cache import CachedSegment, encode
from gateway.guard import faults
from gateway.judgement import segment_of
from gateway.reports import packed, unpacked
from models.runtime.protocol import Hypothesis, TranslationInput
from tests.models.tiny_model import tag

PAIRS = [
    ("La cita es el 14.", "La cita ye lo 14.", "an", True),
    ("La cita es el 14 a las 9:30.", "La cita ye lo 41.", "an", False),
    ("Escriba a ayuda@ejemplo.es", "Escriba a ayuda", "ast", True),
    ("ስብሰባው በ14 ነው", "ስብሰባው በ14 ነው", "am", True),
    ("الموعد في 14 مارس", "Der Termin ist am 15.", "ar", True),
]


@pytest.mark.parametrize(("source", "target", "language", "complete"), PAIRS)
def test_a_report_comes_back_as_it_was_packed(source: str, target: str, language: str, complete: bool) -> None:
    report = check(source, target, tag(language), complete=complete)
    over_the_wire = msgspec.msgpack.decode(
        encode(CachedSegment(target, complete, report=packed(report))), type=CachedSegment
    )
    assert unpacked(over_the_wire.report) == report


def test_a_report_by_other_code_is_none_of_ours() -> None:
    report = packed(check("Uno", "Un", tag("ca"), complete=True))
    assert unpacked(msgspec.structs.replace(report, version="another")) is None
    assert unpacked(None) is None


def test_what_was_kept_by_a_release_without_reports_is_read() -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(["Un", True]), type=CachedSegment) == CachedSegment("Un", True)


def test_the_text_of_nobody_is_in_a_report() -> None:
    report = packed(check("Zuruqwexafía 14", "Zuruqwexafía 15", tag("an"), complete=True))
    assert "Zuruqwexaf" not in str(report)


def test_only_a_judged_hypothesis_carries_a_report() -> None:
    given = TranslationInput("La cita es el 14.", tag("an"))
    hypothesis = Hypothesis("La cita ye lo 41.", True, 9, 9)
    assert segment_of(hypothesis).report is None
    found = unpacked(segment_of(replace(hypothesis, judged=faults(given, hypothesis))).report)
    assert found is not None
    assert [finding.code for finding in found.findings] == ["number_mismatch"]


def test_the_version_of_the_checks_is_that_of_all_their_code() -> None:
    code = "import accessibility.checks, sys; print(*(n for n in sys.modules if n.startswith('accessibility.')))"
    loaded = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    assert {f"accessibility.{name}" for name in checks._CODE} == set(loaded.split())
