"""A PostgreSQL of the test run's own, on a private socket."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

START_S = 60


class NoPostgres(Exception):
    """There is no server on this machine."""


def binaries() -> Path:
    """The folder of the newest server; Debian keeps it off the PATH."""
    found = shutil.which("postgres")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        raise NoPostgres("no PostgreSQL server: install the Debian package postgresql")
    return folders[-1]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The URL of an empty database; the server ends with the block."""
    programs = binaries()
    # It refuses to run as root, whose tests these may be.
    user = _other_user() if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="malgil-pg-") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        data, quiet = folder / "data", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        create = [programs / "initdb", "-D", data, "-U", "malgil", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(create, check=True, user=user, cwd=folder, **quiet)  # type: ignore[call-overload]
        options = ["-c", "listen_addresses=", "-c", "fsync=off"]
        process = subprocess.Popen(  # type: ignore[call-overload]
            [programs / "postgres", "-D", data, "-k", folder, *options], user=user, cwd=folder, **quiet
        )
        try:
            _until_answering(folder)
            yield f"postgresql://malgil@/postgres?host={folder}"
        finally:
            process.send_signal(signal.SIGINT)  # at once, whoever is connected
            process.wait(30)


def _other_user() -> str:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoPostgres("no user but root to run PostgreSQL as")


def _until_answering(folder: Path) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            psycopg.connect(host=str(folder), user="malgil", dbname="postgres").close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
