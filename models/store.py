"""From a catalogue entry to a folder whose every byte was checked.

CTranslate2 loads a model with flipped bits without a word, so nothing is handed on before the hash of each file agrees
and nothing lies in the folder that is not listed. The check speaks of the moment it was made: whoever may write to the
folder afterwards must be trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from models.catalogue import CatalogueEntry
from models.manifest import MANIFEST, Manifest, sha256_of

BUNDLED_MODELS = Path(__file__).with_name("bundled")


class ModelMissing(LookupError):
    """No folder lies where the catalogue says the model is."""

    def __init__(self, model_id: str) -> None:
        super().__init__(f"model {model_id} is not installed")
        self.model_id = model_id


class ModelDamaged(RuntimeError):
    """A file of the model is changed, absent, or not one of its files; the model must not be loaded."""

    def __init__(self, model_id: str, file: str) -> None:
        super().__init__(f"model {model_id} is damaged: {file} is not what its manifest says")
        self.model_id = model_id
        self.file = file


@dataclass(frozen=True, slots=True)
class ModelDirectory:
    path: Path
    digest: str

    @property
    def bytes(self) -> int:
        """What the model takes on disk: about what its weights take in memory."""
        return sum(file.stat().st_size for file in self.path.iterdir())


class ModelStore:
    def __init__(self, bundled_root: Path = BUNDLED_MODELS, data_root: Path | None = None) -> None:
        self._roots = {"bundled": bundled_root, "store": data_root}

    def open(self, entry: CatalogueEntry) -> ModelDirectory:
        """Verify the model and say where it is; ModelMissing or ModelDamaged otherwise."""
        place, _, name = entry.path.partition(":")
        root = self._roots[place]
        if root is None or not (root / name).is_dir():
            raise ModelMissing(entry.id)
        folder = root / name
        self._verify(entry.id, folder, entry.files)
        expected = dict(entry.files)
        if MANIFEST in entry.files:
            manifest = _read_manifest(entry.id, folder)
            listed = {name: file.sha256 for name, file in manifest.files.items() if name not in expected}
            self._verify(entry.id, folder, listed)
            expected |= listed
        for path in sorted(folder.iterdir()):
            if path.name not in expected:
                raise ModelDamaged(entry.id, path.name)
        return ModelDirectory(folder, entry.digest)

    def _verify(self, model_id: str, folder: Path, files: Mapping[str, str]) -> None:
        for name in sorted(files):
            path = folder / name
            if Path(name).name != name or not path.is_file() or sha256_of(path) != files[name]:
                raise ModelDamaged(model_id, name)


def _read_manifest(model_id: str, folder: Path) -> Manifest:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise ModelDamaged(model_id, MANIFEST) from error
