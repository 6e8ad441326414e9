"""The examples of the how-to pages run against the real service: each in its own language, or as a session."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest

from tests.accessibility.files.word import saved
from tests.e2e.service import Service, running
from tests.gateway.servers import free_ports

HOWTO = Path(__file__).parents[2] / "docs" / "howto"


def examples(page: str, languages: str = "sh|python|js|php") -> list[tuple[str, str]]:
    """Language and code of the blocks that are to be run."""
    text = (HOWTO / page).read_text(encoding="utf-8")
    return re.findall(rf"^```({languages})\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


EXAMPLES = [*examples("change-one-url.md"), *examples("call-the-api.md")]
RUNTIMES: Mapping[str, tuple[str, ...]] = {
    "sh": ("curl", "sh"),
    "python": (sys.executable,),
    "js": ("node", "--input-type=module"),
    "php": ("php",),
}


def test_each_api_is_shown_in_every_language() -> None:
    assert [language for language, _ in EXAMPLES] == [*RUNTIMES, *RUNTIMES, *RUNTIMES]


@pytest.mark.e2e
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("language", "code"), EXAMPLES, ids=[f"{n}-{example[0]}" for n, example in enumerate(EXAMPLES)]
)
def test_an_example_runs_and_prints_a_translation(service: Service, language: str, code: str) -> None:
    needed, *command = RUNTIMES[language]
    if shutil.which(needed) is None:
        pytest.skip(f"no {needed} here")
    started = [command[0]] if language == "sh" else [needed, *command]
    run = subprocess.run(
        started, input=code.replace("http://localhost:8080", service.url), capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert "bibliot" in run.stdout.lower()
    assert "La biblioteca abre a las nueve." not in run.stdout
    assert '"error"' not in run.stdout


TOKEN = "a token of the test's own, made of words"
TMX = (
    '<tmx version="1.4"><header srclang="es" segtype="sentence" datatype="plaintext" adminlang="es" o-tmf="x" '
    'creationtool="x" creationtoolversion="1"/><body><tu><tuv xml:lang="es"><seg>Cerrado hoy.</seg></tuv>'
    '<tuv xml:lang="an"><seg>Trancau hue.</seg></tuv></tu></body></tmx>'
)


@dataclass(frozen=True, slots=True)
class Office:
    """A folder with the files the pages speak of, beside a service with an admin API."""

    folder: Path
    service: Service
    admin_port: int
    environment: Mapping[str, str]

    def session(self, page: str) -> str:
        """What the shell blocks of a page print, run one after the other; a key that was made counts after a second."""
        if shutil.which("curl") is None:
            pytest.skip("no curl here")
        script = "sleep 2\n".join(code for _, code in examples(page, "sh"))
        here = script.replace("localhost:8080", self.service.url.removeprefix("http://"))
        run = subprocess.run(
            ["sh", "-eu", "-c", here.replace("localhost:8082", f"127.0.0.1:{self.admin_port}")],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=100,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        assert "urn:malgil:problem" not in run.stdout, run.stdout
        return run.stdout


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    letter = docx.Document()
    letter.add_paragraph("La biblioteca abre a las nueve.")
    (folder / "carta.docx").write_bytes(saved(letter))
    [(_, terms)] = examples("glossaries.md", "csv")
    (folder / "health.csv").write_text(terms, encoding="utf-8")
    (folder / "memory.tmx").write_text(TMX, encoding="utf-8")
    [port] = free_ports(1)
    with running(folder, MALGIL_ADMIN_TOKEN=TOKEN, MALGIL_ADMIN_API_PORT=str(port)) as service:
        given = {name: value for name, value in os.environ.items() if not name.startswith("MALGIL_")}  # noqa: TID251
        environment = {
            **given,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{given['PATH']}",
            "MALGIL_DATA_FOLDER": str(folder / "data"),
        }
        made = subprocess.run(
            ["malgil", "keys", "create", "Terms", "--tenant", "health"],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        yield Office(folder, service, port, {**environment, "KEY": made.stdout.strip(), "MALGIL_ADMIN_TOKEN": TOKEN})


@pytest.mark.e2e
@pytest.mark.timeout(180)
def test_the_session_of_the_page_on_documents_brings_a_document_back(office: Office) -> None:
    printed = office.session("translate-documents.md")
    assert "event:" in printed or "data:" in printed
    assert '"state":"done"' in printed
    [paragraph] = docx.Document(str(office.folder / "carta.ast.docx")).paragraphs
    assert paragraph.text.strip() not in ("", "La biblioteca abre a las nueve.")
    assert not any((office.folder / "data" / "documents").iterdir())


@pytest.mark.e2e
@pytest.mark.timeout(180)
def test_the_session_of_the_page_on_glossaries_is_kept_to(office: Office) -> None:
    printed = office.session("glossaries.md")
    assert '"glossary":{"glossary":"g' in printed
    assert "Trancau hue." in (office.folder / "memory.tmx").read_text(encoding="utf-8")
    assert "Language council" in printed


@pytest.mark.e2e
@pytest.mark.timeout(180)
def test_the_session_of_the_page_on_keys_counts_what_its_key_asked(office: Office) -> None:
    printed = office.session("keys-and-tenants.md")
    assert "Website" in printed
    assert '"shares_cache":true' in printed
    assert '"characters":31' in printed
