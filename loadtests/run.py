"""One run from order to figures: starts the generator in its own process, watches the service, gathers the samples."""

from __future__ import annotations

import contextlib
import math
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from loadtests.access import NO_KEY, Access
from loadtests.measured import Measured, read_samples
from loadtests.namespace import FAR
from loadtests.order import Order, Progress
from loadtests.plan import Directions, Load
from loadtests.profiles import Link
from loadtests.refusal import LoadTestRefused
from loadtests.service import Address
from loadtests.watch import Watch, watching

MOST_DURATION_S = 6 * 3600
MOST_PER_S = 1_000.0
MOST_VISITS = 2_000_000
MOST_IN_FLIGHT = 1_000


class LoadTestBroken(RuntimeError):
    """The generator ended before its time; the text is what it said last."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is run against what; `metrics_url` None: metrics are not looked at."""

    profile: Path
    load: Load
    directions: Directions
    address: Address
    metrics_url: str | None
    link: Link | None
    max_in_flight: int
    access: Access = NO_KEY


def bounded(load: Load) -> Load:
    """Raises LoadTestRefused for a load outside the bounds."""
    for name, value, most in (("rate", load.peak_per_s, MOST_PER_S), ("duration", load.duration_s, MOST_DURATION_S)):
        if not (math.isfinite(value) and 0 < value <= most):
            raise LoadTestRefused(f"{name} {value:g}: it is above 0 and at most {most:g}")
    if load.peak_per_s * load.duration_s > MOST_VISITS:
        raise LoadTestRefused(f"rate × duration: more than {MOST_VISITS:,} visits; run shorter or with a lower rate")
    return load


def run(task: Task, heard: Callable[[Progress], None]) -> tuple[Measured, Watch]:
    """Blocks until the last answer. Raises LoadTestBroken when the generator fails; stops it whatever happens."""
    with (
        tempfile.TemporaryDirectory(prefix="malgil-loadtest-") as folder,
        watching(task.address, task.metrics_url) as watch,
    ):
        samples = Path(folder) / "samples.jsonl"
        _generate(_command(task, Path(folder)), _order(task, samples), Path(folder) / "errors", heard)
        gathered = read_samples(samples)
    return Measured(gathered, task.load.duration_s, watch.most_memory_mb), watch


def _order(task: Task, samples: Path) -> Order:
    return Order(
        url=task.address.url,
        profile=str(task.profile.absolute()),
        load=task.load,
        directions=tuple((source, target, weight) for (source, target), weight in task.directions.items()),
        max_in_flight=task.max_in_flight,
        samples=str(samples),
        key=task.access.key,
        far=FAR if task.link else "",
    )


def _command(task: Task, folder: Path) -> list[str]:
    command = [sys.executable, "-P", "-m", "loadtests.generator"]
    if task.link is None:
        return command
    address = task.address
    described = folder / "link.json"
    described.write_bytes(msgspec.json.encode(task.link))
    return [sys.executable, "-P", "-m", "loadtests.link", str(described), address.host, str(address.port), *command]


def _generate(command: list[str], order: Order, errors: Path, heard: Callable[[Progress], None]) -> None:
    finished = False
    with (
        errors.open("wb") as spoken,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=spoken) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            # Not through a file or the command line: it may hold a key.
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(msgspec.json.encode(order))
            for line in process.stdout:
                progress = msgspec.json.decode(line, type=Progress)
                finished = progress.done
                heard(progress)
        finally:
            # Ctrl-C reaches this process first; the generator must not go on alone.
            if not finished:
                process.terminate()
    if process.returncode or not finished:
        said = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise LoadTestBroken(f"The load generator ended with status {process.returncode}: {said[-1] if said else '–'}")
