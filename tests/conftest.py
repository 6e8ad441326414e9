"""Fixtures shared by all tests: a real Valkey of the test run's own, and small models."""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import redis.asyncio

from gateway.embedded import EmbeddedValkey, NoServerFound
from gateway.logs import log
from tests import postgres
from tests.e2e.service import Service, running
from tests.postgres import NoPostgres


def pytest_report_header() -> str:
    from importlib.metadata import version

    return "malgil with " + ", ".join(f"{name} {version(name)}" for name in ("ctranslate2", "redis", "fastapi"))


@pytest.fixture(scope="session", autouse=True)
def no_data_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test keeps without saying where does not end up with the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command run in this process logs to a standard error that ends with its test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    log().least("info")


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A Valkey on a private socket; without a server binary: a skip on a laptop, a failure in CI."""
    with tempfile.TemporaryDirectory(prefix="malgil-test-") as folder:
        valkey = EmbeddedValkey(Path(folder), memory_mb=64)
        try:
            command = valkey.command()
        except NoServerFound as error:
            if os.environ.get("CI"):  # noqa: TID251
                raise
            pytest.skip(str(error))
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis.from_url(valkey.url)
        try:
            _until_answering(client)
            yield valkey.url
        finally:
            client.close()
            process.terminate()
            process.wait(10)


@pytest.fixture
def clean_valkey(valkey_url: str) -> str:
    """The same server, emptied: it belongs to the test run, so nothing of anyone's is lost."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
    return valkey_url


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real service, shared: for tests that only ask."""
    with running(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[Service]:
    """A service that the test may break."""
    with running(tmp_path) as started:
        yield started


def _until_answering(client: redis.Redis) -> None:
    for _ in range(200):
        try:
            client.ping()
        except redis.RedisError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("valkey did not start")


@pytest.fixture
def clean_postgres(postgres_url: str) -> str:
    """The same server, emptied: it belongs to the test run."""
    postgres.empty(postgres_url)
    return postgres_url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL on a private socket; without a server: a skip on a laptop, a failure in CI."""
    try:
        with postgres.server() as url:
            yield url
    except NoPostgres as error:
        if os.environ.get("CI"):  # noqa: TID251
            raise
        pytest.skip(str(error))
