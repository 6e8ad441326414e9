"""`malgil models pull | convert | add`: public and local models become candidates in the operator's folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from gateway.settings import PREFIX, Settings
from gateway.terminal import fail, policy_of, register_of, settings_of
from models.catalogue import CatalogueError, Task
from models.hub import Progress as Heard
from models.hub import is_commit, pull, pull_folder
from models.install import Request, check_licence, install
from models.policy import Policy
from models.public import PublicModel, public_model, public_models
from models.refusal import ModelRefused
from models.runtime.conversion import QUANTIZATIONS, Quantization

app = typer.Typer()
_errors = Console(stderr=True)
CHECKPOINTS = "checkpoints"
DESCRIPTION = "malgil.toml"

_Name = Annotated[str | None, typer.Option("--id", help="Name to install it under; the model's own if left out.")]
_Entry = Annotated[
    Path | None, typer.Option(help="Description of a local model: one table as in models/public_models.toml.")
]
_Like = Annotated[str | None, typer.Option(help="Public model that this one was trained from; takes its rules.")]


@app.command(name="public")
def list_public() -> None:
    """The public models that can be pulled, with size and licence."""
    for model in public_models():
        terms = "" if model.commercial_use else ", non-commercial"
        pin = "" if model.revision and not model.pickled else ", needs --revision"
        typer.echo(
            f"{model.id}  {model.task}, {_count(model.served_sources)} → {_count(model.served_targets)}, "
            f"{model.int8_megabytes:,} MB  ({model.licence}{terms}){pin}"
        )


def _count(tags: tuple[str, ...]) -> str:
    return " ".join(tags) if len(tags) <= 4 else f"{len(tags)} languages"


@app.command(name="pull")
def pull_model(
    model: Annotated[str, typer.Argument(help="Public model, as `malgil models public` prints it.")],
    revision: Annotated[str | None, typer.Option(help="Commit to fetch; a branch is pinned to its commit.")] = None,
    origin: Annotated[
        str | None, typer.Option("--from", help="Mirror (https://…) or folder instead of the public hub.")
    ] = None,
) -> None:
    """Fetch a public model: safetensors, configuration and tokeniser, checked file by file."""
    settings = settings_of(log_level="error")
    found = _public(model)
    target = _root(settings) / CHECKPOINTS / found.id
    local = Path(origin) if origin and "://" not in origin else None
    with _refusals():
        check_licence(found, _policy(settings, found.task))
        if found.hub is None:
            raise ModelRefused(f"{found.id} names no hub", "Use `malgil models add` with a folder.")
        with _bars() as heard:
            if local is not None:
                # What a folder holds only its owner knows: the commit of the table is no word about it.
                named = found.hub if revision else ""
                pulled = pull_folder(local, target, hub=named, revision=revision or "", progress=heard)
            else:
                wanted = revision or _pinned(found, found.hub)
                pulled = pull(found.hub, wanted, target, mirror=origin, progress=heard)
    if revision and not is_commit(revision) and pulled.revision != revision:
        typer.echo(f"{revision} is the commit {pulled.revision} today; name that one to get the same again", err=True)
    typer.echo(f"{target}\nnext: malgil models convert {found.id}")


def _pinned(model: PublicModel, hub: str) -> str:
    """The commit that the table names; ModelRefused where it names none that can be fetched."""
    if model.revision is None:
        raise ModelRefused(
            f"{model.id} has no pinned revision: nobody has checked one yet",
            f"Look at {hub} on the hub, choose a commit that holds model.safetensors, and name it with --revision.",
        )
    if model.pickled:
        raise ModelRefused(
            f"{model.id} is published at {model.revision} with pickled weights alone, which can run code",
            "Name a commit that holds model.safetensors with --revision (a hub often has one as a pull request), or "
            f"convert that one elsewhere and bring it here with `malgil models add FOLDER --like {model.id}`.",
        )
    return model.revision


@app.command(name="convert")
def convert_model(
    model: Annotated[str, typer.Argument(help="Public model that was pulled, or the folder of a checkpoint.")],
    quantization: Annotated[
        str | None, typer.Option(help=f"{', '.join(QUANTIZATIONS)}; what suits this machine if left out.")
    ] = None,
    device: Annotated[str, typer.Option(help="Device to convert for: auto, cpu or cuda.")] = "auto",
    entry: _Entry = None,
    like: _Like = None,
    name: _Name = None,
) -> None:
    """Convert a checkpoint to CTranslate2 and install it as a candidate."""
    settings = settings_of(log_level="error")
    root = _root(settings)
    if Path(model).is_dir():
        source, found = Path(model), _described(Path(model), entry, like)
    else:
        found = _public(model)
        source = root / CHECKPOINTS / found.id
        if not source.is_dir():
            fail(f"{found.id} was not pulled. `malgil models pull {found.id}` fetches it.")
    chosen = _quantization(quantization)
    if device not in ("auto", "cpu", "cuda"):
        fail(f"--device {device}: it is auto, cpu or cuda")
    _install(Request(found, source, name=name, quantization=chosen, device=device), root, settings)


@app.command(name="add")
def add_model(
    folder: Annotated[Path, typer.Argument(help="A checkpoint, or a folder that CTranslate2 can load.")],
    entry: _Entry = None,
    like: _Like = None,
    name: _Name = None,
) -> None:
    """Install a local model as a candidate, converting it where needed."""
    settings = settings_of(log_level="error")
    if not folder.is_dir():
        fail(f"{folder}: there is no such folder")
    _install(Request(_described(folder, entry, like), folder, name=name), _root(settings), settings)


def _install(request: Request, root: Path, settings: Settings) -> None:
    with _refusals(), _errors.status("converting", spinner="dots") if sys.stderr.isatty() else _nothing():
        installed = install(request, root, _policy(settings, request.model.task))
    typer.echo(f"{installed.reference}  candidate in {root / installed.id}")
    typer.echo(f"next: malgil models evaluate {installed.id} --data FOLDER")


def _described(folder: Path, entry: Path | None, like: str | None) -> PublicModel:
    if like is not None:
        return _public(like)
    path = entry or folder / DESCRIPTION
    if not path.is_file():
        fail(
            f"{folder} does not say what it is. Describe it with --entry FILE (one table as in "
            "models/public_models.toml), or name the public model it was trained from with --like."
        )
    try:
        described = public_models(path)
    except CatalogueError as error:
        fail(str(error), 1)
    if len(described) > 1:
        fail(f"{path}: one [[models]] table is expected, not {len(described)}")
    return described[0]


def _public(model: str) -> PublicModel:
    try:
        return public_model(model)
    except KeyError:
        fail(f"{model}: no such public model. `malgil models public` names them.")


def _quantization(given: str | None) -> Quantization | None:
    chosen = next((name for name in QUANTIZATIONS if name == given), None)
    if given is not None and chosen is None:
        fail(f"--quantization {given}: it is one of {', '.join(QUANTIZATIONS)}")
    return chosen


def _policy(settings: Settings, task: Task) -> Policy:
    """As the gate has it: what may be installed may be promoted."""
    thresholds = register_of(settings).thresholds_of(task)
    return replace(policy_of(settings), usual=thresholds.licences if thresholds else ())


def _root(settings: Settings) -> Path:
    if settings.models_folder is None:
        fail(f"{PREFIX}MODELS_FOLDER: not set. Name the folder where installed models shall lie.")
    return settings.models_folder


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (ModelRefused, CatalogueError) as error:
        fail(str(error), 1)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _bars() -> Iterator[Heard]:
    """One bar per file, in a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_errors, transient=True, disable=not sys.stderr.isatty()) as progress:
        tasks: dict[str, TaskID] = {}

        def heard(name: str, done: int, size: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=size)
            progress.update(tasks[name], completed=done)

        yield heard
