"""`malgil loadtest` against the real service: its figures, its processes, its refusals."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from loadtests.service import address
from loadtests.watch import family
from tests.e2e.service import running
from tests.gateway.running import eventually


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


@pytest.mark.e2e
@pytest.mark.timeout(180)
def test_a_service_with_a_queue_of_four_answers_sentences_refuses_forms_and_is_seen_from_inside(tmp_path: Path) -> None:
    report = tmp_path / "report"
    settings = {
        "MALGIL_ADMIN_PORT": str(free_port()),
        "MALGIL_ENGINE_THREADS": "1",
        "MALGIL_QUEUE_CAPACITY": "4",
    }
    with running(tmp_path, **settings) as service:
        options = ["--metrics", f"{service.admin_url}/metrics", "--no-link", "--steady", "--rate", "2"]
        command = ["loadtest", "city-portal", "--against", service.url, "--duration", "4", "--out", str(report)]
        ended = CliRunner().invoke(app, [*command, *options])
        commands = [" ".join(process.cmdline()) for process in family(address(service.url, allow_remote=False))]
    assert ended.exit_code == 1, ended.output
    result = json.loads((report / "result.json").read_text(encoding="utf-8"))
    assert result["requests"]["answered"] > 0
    assert result["requests"]["refused"] > 0
    assert result["requests"]["failed"] == result["requests"]["unsent"] == 0
    assert result["verdict"] == "broken"
    assert ["es", "ar"] in result["directions_left_out"]
    assert result["cache_hit_percent"] is not None
    assert 50 < result["memory_mb"] < 4_000
    assert [
        sum(role in command for command in commands) for role in ("gateway.processes api", "gateway.processes engine")
    ] == [1, 1]
    drawn = {path.name for path in report.iterdir()}
    assert {"waiting-and-inference.svg", "segments-from-the-cache.svg", "resident-memory.svg"} <= drawn
    assert "| 503 overloaded | refused |" in (report / "report.md").read_text(encoding="utf-8")


OFFICES = """
title = "Offices"
about = "Two that hand in documents, some that type."
population = 100
visits_per_person_per_day = 1
day = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
duration_s = 2
patience_s = 60
directions = [["es", "ast", 1]]
[mix]
sentence = 0.5
document = 0.5
"""
BUDGET = "[any]\nfailed_share = 0\nrefused_share = 0\n[any.p50_ms]\ndocument = 120_000\n"


@pytest.mark.e2e
@pytest.mark.timeout(240)
def test_offices_with_a_key_are_served_where_nobody_is_without_and_leave_no_document_behind(tmp_path: Path) -> None:
    profile, budgets, key = tmp_path / "offices.toml", tmp_path / "budgets.toml", tmp_path / "key"
    profile.write_text(OFFICES, encoding="utf-8")
    budgets.write_text(BUDGET, encoding="utf-8")
    with running(tmp_path, MALGIL_ANONYMOUS="false", MALGIL_ENGINE_THREADS="1") as service:
        options = ("--against", service.url, "--budgets", str(budgets), "--steady", "--rate", "2", "--seed", "1")
        command = ["loadtest", str(profile), *options, "--out"]
        without = CliRunner().invoke(app, [*command, str(tmp_path / "without")])
        made = CliRunner().invoke(
            app,
            ["keys", "create", "Offices", "--tenant", "offices", "--scope", "translate", "--scope", "documents"],
            env={"MALGIL_DATA_FOLDER": str(tmp_path / "data")},
        )
        key.write_text(made.stdout, encoding="ascii")
        with service.client(headers={"Authorization": f"Bearer {made.stdout.strip()}"}) as client:
            assert eventually(lambda: client.post("/v1/translate", json={}).status_code != 401), made.output
        ended = CliRunner().invoke(app, [*command, str(tmp_path / "with"), "--key-file", str(key)])
        assert ended.exit_code == 0, (made.output, ended.output)
        left = [each.name for each in (tmp_path / "data" / "documents").iterdir()]
    assert without.exit_code == 2
    assert "nobody is served without an API key" in without.output
    result = json.loads((tmp_path / "with" / "result.json").read_text(encoding="utf-8"))
    assert result["requests"]["answered"] == result["requests"]["due"] > 2
    assert result["document_polls"] > 0
    assert left == []
