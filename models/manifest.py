"""What lies in a model folder: every file with its hash, and how the weights were made. Standard library only.

`manifest.json` stands beside the weights; the catalogue pins the hash of the manifest, the manifest pins the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

MANIFEST = "manifest.json"
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ManifestFile:
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_with` names the programs whose version decides the bytes: converter, quantiser, tokeniser."""

    model: str
    version: str
    quantization: str
    parameters: int
    made_with: dict[str, str]
    files: dict[str, ManifestFile]


def sha256_of(path: Path) -> str:
    """Hash of a file, read in pieces so that a large model needs no memory."""
    found = hashlib.sha256()
    with path.open("rb") as data:
        while block := data.read(_READ_BYTES):
            found.update(block)
    return found.hexdigest()


def write_manifest(
    folder: Path, *, model: str, version: str, quantization: str, parameters: int, made_with: Mapping[str, str]
) -> Path:
    """Describe every other file of `folder` in its `manifest.json`; the same folder gives the same bytes."""
    listed = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    manifest = Manifest(
        model=model,
        version=version,
        quantization=quantization,
        parameters=parameters,
        made_with=dict(made_with),
        files={path.name: ManifestFile(sha256_of(path), path.stat().st_size) for path in listed},
    )
    target = folder / MANIFEST
    target.write_text(json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return target
