from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.embedded import NoServerFound, server_binary
from models.quality import SETS
from tests.gateway.running import OwnValkey


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same loops with shorter waits, so that a test of a failure takes milliseconds."""
    monkeypatch.setattr("gateway.engine.ENGINE_BEAT_MS", 10)
    monkeypatch.setattr("gateway.engine.PULL_WAIT_MS", 20)
    monkeypatch.setattr("gateway.batch_queue.LOOK_AGAIN_S", 0.05)


@pytest.fixture
def unpinned(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The evaluation sets that ship, for lines that a test makes up."""
    loose = tmp_path_factory.mktemp("sets") / SETS.name
    loose.write_text(re.sub(r"^(n|sha256) = .*\n", "", SETS.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    monkeypatch.setattr("models.quality.SETS", loose)


@pytest.fixture
def own_valkey() -> Iterator[OwnValkey]:
    """A server of the test's own, in a folder with a short name: a socket's path has 108 bytes."""
    try:
        server_binary()
    except NoServerFound as error:
        pytest.skip(str(error))
    with tempfile.TemporaryDirectory(prefix="malgil-test-") as folder:
        valkey = OwnValkey(Path(folder))
        try:
            yield valkey
        finally:
            valkey.kill()
