"""A document outlives whoever translates it: the real service, its processes killed while it works."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import httpx
import psutil
import pytest

from tests.accessibility.files.word import saved
from tests.e2e.service import Service, running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PARAGRAPHS = 500


def book() -> bytes:
    document = docx.Document()
    for number in range(PARAGRAPHS):
        paragraph = document.add_paragraph("El expediente ")
        paragraph.add_run(f"número {number}").bold = True
        paragraph.add_run(f" se resuelve en la oficina de la calle Mayor antes del día {number % 28 + 1}.")
    return saved(document)


def eventually(claim: Callable[[], bool], seconds: float = 120) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if claim():
            return True
        time.sleep(0.1)
    return False


def asked(service: Service, path: str) -> Any:
    """The job; None while nobody answers."""
    try:
        with service.client() as client:
            answer = client.get(path)
    except httpx.TransportError:
        return None
    return answer.json() if answer.status_code == 200 else None


def send(service: Service) -> str:
    with service.client() as client:
        answer = client.post(
            "/v1/documents", files={"file": ("libro.docx", book())}, data={"source": "es", "target": "ast"}
        )
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


def begun(service: Service, path: str) -> bool:
    job = asked(service, path)
    return job is not None and 0 < job["percent"] < 100


def finished(service: Service, path: str) -> bool:
    job = asked(service, path)
    return job is not None and job["state"] in ("done", "failed")


def check_result(service: Service, path: str) -> None:
    job = asked(service, path)
    assert (job["state"], job["error"]) == ("done", None)
    with service.client() as client:
        content = client.get(job["result"]).content
    paragraphs = docx.Document(io.BytesIO(content)).paragraphs
    assert len(paragraphs) == PARAGRAPHS
    # Each in its place; a model may spoil a number here and there, which is a warning of the job.
    numbered = sum(str(number) in paragraph.text for number, paragraph in enumerate(paragraphs))
    assert numbered > 0.9 * PARAGRAPHS
    bold = sum(any(run.bold for run in paragraph.runs) for paragraph in paragraphs)
    assert bold > 0.9 * PARAGRAPHS


def test_a_document_survives_the_death_of_engine_and_api_and_then_of_everything(tmp_path: Path) -> None:
    with running(tmp_path, MALGIL_ENGINE_THREADS="1") as service:
        path = send(service)
        assert eventually(lambda: begun(service, path))
        for process in [*service.children("^engine$"), *service.children("^api$")]:
            process.send_signal(signal.SIGKILL)
        assert eventually(lambda: begun(service, path) or finished(service, path))
        family = [psutil.Process(service.process.pid), *psutil.Process(service.process.pid).children(recursive=True)]
        before = asked(service, path)
        for process in family:
            process.kill()
        service.process.wait()
    with running(tmp_path, MALGIL_ENGINE_THREADS="1") as service:
        after = asked(service, path)
        assert after["state"] == before["state"]
        assert eventually(lambda: finished(service, path))
        check_result(service, path)
        folder = tmp_path / "data" / "documents" / path.rsplit("/", 1)[1]
        assert eventually(lambda: sorted(file.name for file in folder.iterdir()) == ["order", "reply", "result"])
        text = b"expediente"
        assert not any(text in line.encode() for line in service.output)


def test_the_command_line_translates_a_document_without_a_server(tmp_path: Path) -> None:
    (tmp_path / "aviso.docx").write_bytes(saved(_notice()))
    command = [sys.executable, "-P", "-m", "gateway", "translate", "aviso.docx", "--to", "ast", "-o", "avisu.docx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ)  # noqa: TID251
    assert done.returncode == 0, done.stderr
    first, second = docx.Document(str(tmp_path / "avisu.docx")).paragraphs
    assert first.style is not None
    assert first.style.name == "Heading 1"
    assert second.text != _notice().paragraphs[1].text


def _notice() -> docx.document.Document:
    document = docx.Document()
    document.add_heading("Aviso", 1)
    document.add_paragraph("La biblioteca municipal no abre los lunes.")
    return document
