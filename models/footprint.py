"""What a model costs the machine that serves it: seconds to load, memory. Measured in a process of its own, where no
other model's freed memory is there to be used again."""

from __future__ import annotations

import contextlib
import multiprocessing
import re
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from models.catalogue import CatalogueEntry
from models.runtime.load import RunOptions, load_folder
from models.runtime.protocol import TranslationFailed, TranslationInput
from models.store import ModelDirectory

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Footprint:
    """`resident_mib` is what loading and a first batch added to the process; only Linux tells it."""

    load_s: float
    resident_mib: float | None


def footprint(
    entry: CatalogueEntry, directory: ModelDirectory, options: RunOptions, inputs: Sequence[TranslationInput]
) -> Footprint:
    """Load the model in a fresh process and let it answer `inputs`; RuntimeError or OSError when it does not load."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as process:
        return process.submit(_weigh, entry, directory, options, tuple(inputs)).result()


def _weigh(
    entry: CatalogueEntry, directory: ModelDirectory, options: RunOptions, inputs: Sequence[TranslationInput]
) -> Footprint:
    before = _resident_mib()
    began = time.perf_counter()
    translator = load_folder(directory, entry, options)
    load_s = time.perf_counter() - began
    with contextlib.suppress(TranslationFailed):  # how many fail is another figure
        translator.translate(inputs)
    after = _resident_mib()
    translator.close()
    return Footprint(round(load_s, 3), None if before is None or after is None else round(after - before, 1))


def _resident_mib() -> float | None:
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", _STATUS.read_text(encoding="ascii"))
    except OSError:
        return None
    return int(found[1]) / 1024 if found else None
