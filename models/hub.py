"""From a model hub, a mirror of one, or a folder to a checkpoint on disk. A hub needs the extra `convert`.

Only safetensors, configuration and tokeniser files are fetched, never pickles and never code. The revision is resolved
to a commit, every file is checked against the hash the hub lists, and the folder appears at its place only when it is
whole. What was fetched before a connection was lost stays in `<name>.part` beside it; the next pull goes on from there.
"""

from __future__ import annotations

import errno
import hashlib
import importlib
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from models.checkpoint import CONFIG, PICKLES, SHARD, check_tokeniser, check_weights, known_architecture
from models.manifest import sha256_of
from models.refusal import FreeBytes, ModelRefused, free_bytes, require_space

PULLED = "pulled.json"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_FILES = frozenset(
    {
        CONFIG,
        "generation_config.json",
        "model.safetensors",
        "model.safetensors.index.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
        "target_vocab.json",
        "vocab.txt",
        "merges.txt",
        "source.spm",
        "target.spm",
        "sentencepiece.bpe.model",
        "spiece.model",
    }
)

# Hears the name of the file at hand, how many of its bytes are there, and how many there will be.
Progress = Callable[[str, int, int], None]


class Pulled(msgspec.Struct, frozen=True):
    """What lies beside a pulled checkpoint: where it came from, and the hash of each file."""

    hub: str
    revision: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Remote:
    """A file as the hub lists it: large files by SHA-256, small ones by their git blob."""

    name: str
    size: int
    sha256: str | None
    blob: str | None


def pull(
    hub: str,
    revision: str,
    target: Path,
    *,
    mirror: str | None = None,
    progress: Progress = lambda _name, _done, _size: None,
    free: FreeBytes = free_bytes,
) -> Pulled:
    """Fetch `hub` at `revision` (commit, branch or pull request) into `target`, which must not exist.

    `mirror` is the base address of another hub that speaks the same protocol. ModelRefused otherwise.
    """
    library = _library()
    with _connection(hub):
        info = library.HfApi(endpoint=mirror).model_info(hub, revision=revision, files_metadata=True, timeout=30)
    commit = str(info.sha)
    remote = {
        each.rfilename: _Remote(each.rfilename, each.size or 0, each.lfs.sha256 if each.lfs else None, each.blob_id)
        for each in info.siblings
    }
    wanted = _wanted(hub, set(remote))
    missing = [remote[name] for name in wanted]
    with _discarded_when_refused(target) as part:
        _begin(part, f"{hub}@{commit}")
        require_space(part.parent, sum(each.size - _present(part / each.name) for each in missing), free)
        for each in missing:
            url = library.hf_hub_url(hub, each.name, revision=commit, endpoint=mirror)
            with _connection(hub):
                _fetch(url, each, part / each.name, progress)
            _check(each, part / each.name)
            if each.name == CONFIG:
                check_tokeniser(hub, set(remote), known_architecture(part))
        return _finish(part, target, hub, commit)


def pull_folder(
    source: Path,
    target: Path,
    *,
    hub: str = "",
    revision: str = "",
    progress: Progress = lambda _name, _done, _size: None,
    free: FreeBytes = free_bytes,
) -> Pulled:
    """Copy a checkpoint from a folder (a medium, a share) into `target`; hashes of an earlier pull are checked."""
    if not source.is_dir():
        raise ModelRefused(f"{source} is no folder", "Name the folder that holds config.json and model.safetensors.")
    names = {path.name for path in source.iterdir() if path.is_file()}
    wanted = _wanted(source.name, names)
    check_tokeniser(source.name, names, known_architecture(source))
    earlier = _pulled(source)
    with _discarded_when_refused(target) as part:
        _begin(part, "folder", afresh=True)
        require_space(part.parent, sum((source / name).stat().st_size for name in wanted), free)
        for name in wanted:
            size = (source / name).stat().st_size
            progress(name, 0, size)
            shutil.copyfile(source / name, part / name)
            progress(name, size, size)
            if earlier and earlier.files.get(name) != sha256_of(part / name):
                raise _changed(name)
        if earlier:
            hub, revision = earlier.hub, earlier.revision
        return _finish(part, target, hub, revision)


def pulled_from(checkpoint: Path) -> str:
    """`hub@commit` of a pulled checkpoint; empty for any other folder."""
    pulled = _pulled(checkpoint)
    return f"{pulled.hub}@{pulled.revision}" if pulled and pulled.hub else ""


def check_pulled(checkpoint: Path) -> None:
    """ModelRefused when a pulled checkpoint is not what was pulled; other folders have nothing to compare with."""
    if pulled := _pulled(checkpoint):
        here = {path.name for path in checkpoint.iterdir() if path.name in _FILES or SHARD.fullmatch(path.name)}
        for name in sorted(here | pulled.files.keys()):
            path = checkpoint / name
            if not path.is_file() or sha256_of(path) != pulled.files.get(name):
                raise ModelRefused(
                    f"{name} of {checkpoint.name} is not the file that was pulled",
                    f"Delete {checkpoint} and pull again; to convert a changed one as your own, delete its {PULLED}.",
                )


def is_commit(revision: str) -> bool:
    """Whether this names one state for ever; a branch or a pull request moves."""
    return _COMMIT.fullmatch(revision) is not None


def _pulled(folder: Path) -> Pulled | None:
    try:
        return msgspec.json.decode((folder / PULLED).read_bytes(), type=Pulled)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise ModelRefused(f"{folder / PULLED} cannot be read", "Pull the model again.") from None


def _wanted(name: str, files: set[str]) -> list[str]:
    """The files to fetch, the smallest promise first: configuration, then tokeniser, then weights."""
    check_weights(name, files)
    if CONFIG not in files:
        raise ModelRefused(f"{name} holds no {CONFIG}", "Name a Transformers checkpoint.")
    whole = "model.safetensors" in files
    chosen = {
        each
        for each in files
        if (each in _FILES or SHARD.fullmatch(each)) and not (whole and (SHARD.fullmatch(each) or ".index." in each))
    }
    return sorted(chosen - set(PICKLES), key=lambda each: (each != CONFIG, each.endswith(".safetensors"), each))


def _begin(part: Path, origin: str, *, afresh: bool = False) -> None:
    """The folder for what comes; what came before from elsewhere is no part of it."""
    note = part / ".origin"
    if part.is_dir() and (afresh or not note.is_file() or note.read_text(encoding="utf-8") != origin):
        shutil.rmtree(part)
    part.mkdir(parents=True, exist_ok=True)
    note.write_text(origin, encoding="utf-8")


@contextmanager
def _discarded_when_refused(target: Path) -> Iterator[Path]:
    """The place for what comes; it is kept for the next try only when the connection was lost."""
    if target.exists():
        raise ModelRefused(f"{target} exists", "Use it, or delete it to fetch the model again.")
    part = target.with_name(f"{target.name}.part")
    try:
        yield part
    except ConnectionLost:
        raise
    except ModelRefused:
        shutil.rmtree(part, ignore_errors=True)
        raise
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelRefused(f"{part.parent} is full", "Free some space and pull again.") from error
        raise ModelRefused(f"{part.parent}: {error.strerror or error}", "Mend it and pull again.") from error


class _DiskFault(Exception):
    """An OSError of our own files: what the connection raises is an OSError too, and means something else."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _DiskFault(error) from error


class ConnectionLost(ModelRefused):
    """The hub cannot be reached or broke off; what was fetched is kept."""


@contextmanager
def _connection(hub: str) -> Iterator[None]:
    errors = importlib.import_module("huggingface_hub.errors")
    try:
        yield
    except _DiskFault as fault:
        raise fault.error from None
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError, errors.EntryNotFoundError) as error:
        raise ModelRefused(f"{hub} has no such model, revision or file", "Check the name and --revision.") from error
    except (errors.HfHubHTTPError, errors.OfflineModeIsEnabled, OSError) as error:
        raise _lost(hub, error) from error
    except Exception as error:  # the HTTP client behind the library changes between its versions
        if type(error).__module__.partition(".")[0].startswith("http"):
            raise _lost(hub, error) from error
        raise


def _lost(hub: str, error: Exception) -> ConnectionLost:
    return ConnectionLost(
        f"{hub} could not be fetched: {type(error).__name__}",
        "Run the same command again to go on, or use --from with a mirror or a folder.",
    )


def _present(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _fetch(url: str, remote: _Remote, path: Path, progress: Progress) -> None:
    # A small file is fetched anew: a server may send it compressed, where a range means something else.
    present = min(_present(path), remote.size) if remote.sha256 else 0
    download = importlib.import_module("huggingface_hub.file_download")
    headers = importlib.import_module("huggingface_hub.utils").build_hf_headers(library_name="malgil")
    progress(remote.name, present, remote.size)
    with _opened(path, present) as data:
        counted = _Counted(data, lambda done: progress(remote.name, done, remote.size))
        with _no_bars():
            download.http_get(url, counted, resume_size=present, headers=headers, expected_size=remote.size)


@contextmanager
def _opened(path: Path, present: int) -> Iterator[BinaryIO]:
    """The file behind its first `present` bytes; closing it may be what finds the disk full."""
    with _disk():
        data = path.open("r+b" if present else "wb")
    try:
        if present:
            with _disk():
                data.seek(present)
                data.truncate()
        yield data
    finally:
        with _disk():
            data.close()


class _Counted:
    """A file that tells how much of it is written."""

    def __init__(self, data: BinaryIO, tell: Callable[[int], None]) -> None:
        self._data = data
        self._tell = tell

    def write(self, block: bytes) -> int:
        with _disk():
            written = self._data.write(block)
        self._tell(self._data.tell())
        return written

    def tell(self) -> int:
        return self._data.tell()

    def seek(self, place: int) -> int:
        return self._data.seek(place)

    def truncate(self) -> int:
        return self._data.truncate()


@contextmanager
def _no_bars() -> Iterator[None]:
    bars = importlib.import_module("huggingface_hub.utils")
    shown = not bars.are_progress_bars_disabled()
    bars.disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bars()


def _check(remote: _Remote, path: Path) -> None:
    if remote.sha256:
        sound = sha256_of(path) == remote.sha256
    elif remote.blob:
        content = path.read_bytes()
        # Git names a blob by SHA-1; it is what the hub lists for small files.
        sound = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == remote.blob
    else:
        raise ModelRefused(f"The hub lists no hash of {remote.name}", "Use a hub or mirror that does.")
    if not sound:
        raise _changed(remote.name)


def _changed(name: str) -> ModelRefused:
    return ModelRefused(
        f"{name} is not what its hash says",
        "The file was changed or damaged on its way. Pull again; if it happens twice, do not use this source.",
    )


def _finish(part: Path, target: Path, hub: str, revision: str) -> Pulled:
    (part / ".origin").unlink()
    files = {path.name: sha256_of(path) for path in sorted(part.iterdir())}
    pulled = Pulled(hub, revision, files)
    (part / PULLED).write_bytes(msgspec.json.format(msgspec.json.encode(pulled)) + b"\n")
    part.rename(target)
    return pulled


def _library() -> Any:
    try:
        return importlib.import_module("huggingface_hub")
    except ModuleNotFoundError:
        raise ModelRefused(
            "Fetching from a hub needs the library huggingface_hub",
            "pip install 'malgil[convert]', or use --from with a folder.",
        ) from None
