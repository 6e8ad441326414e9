"""The language identifier's tables, unpacked once on a machine and mapped into memory from then on.

py3langid ships them packed: unpacking takes half a second of every process and 80 MB that no two processes share.
Mapped from a file they cost neither, and only the parts that texts touch are read at all. They lie in
`$XDG_CACHE_HOME/malgil`; where nothing can be written there, they are unpacked into memory as before.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

_ARRAYS = ("weights", "prior", "moves", "rows", "features")
_REST = "classes.json"


def identifier(cache: Path | None = None) -> LanguageIdentifier:
    """py3langid's identifier with probabilities that add up to 1; `cache` is the folder to keep its tables in."""
    folder = (cache or _cache()) / _name()
    try:
        if not folder.is_dir():
            _unpack(folder)
        return _mapped(folder)
    except (OSError, RuntimeError, ValueError):
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _cache() -> Path:
    # The convention of the desktop, not a setting of the service: every program of this user keeps such files there.
    home = os.environ.get("XDG_CACHE_HOME")  # noqa: TID251
    return (Path(home) if home else Path.home() / ".cache") / "malgil"


def _name() -> str:
    """Another release, or another file under its name, gets a folder of its own."""
    packed = (MODEL_DIR / MODEL_FILE).stat()
    return f"py3langid-{version('py3langid')}-{packed.st_size}-{packed.st_mtime_ns}"


def _unpack(folder: Path) -> None:
    """Whole or not at all: another process may do the same at the same time."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    weights, prior, classes, moves, rows, features = load_model(MODEL_DIR / MODEL_FILE)
    being_made = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        arrays = (weights, prior, np.asarray(moves), np.asarray(rows), np.asarray(features, dtype=np.int32))
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(being_made / f"{name}.npy", array, allow_pickle=False)
        (being_made / _REST).write_text(json.dumps(list(classes)), encoding="utf-8")
        with contextlib.suppress(OSError):  # it is there by now
            being_made.rename(folder)
    finally:
        shutil.rmtree(being_made, ignore_errors=True)


def _mapped(folder: Path) -> LanguageIdentifier:
    weights, prior, moves, rows, features = (_array(folder / f"{name}.npy") for name in _ARRAYS)
    classes = json.loads((folder / _REST).read_text("utf-8"))
    if len(classes) != len(prior) or weights.shape[1] != len(prior) or len(rows) != len(features):
        raise ValueError("tables that do not belong together")
    # Plain numbers where the identifier takes one at a time: those of numpy are slow to take out.
    return LanguageIdentifier(
        weights, np.array(prior), classes, moves.data, features.tolist(), norm_probs=True, tk_row=rows.tolist()
    )


def _array(path: Path) -> Any:
    return np.load(path, mmap_mode="r", allow_pickle=False)
