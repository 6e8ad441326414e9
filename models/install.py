"""From a checkpoint or a CTranslate2 folder to an installed model: folder, card and catalogue entry of the operator.

    <models folder>/<id>/        model.bin, config.json, vocabularies, tokeniser files, manifest.json
    <models folder>/<id>.md      its card
    <models folder>/<id>.toml    its entry, written last; `Catalogue.load(extra=…)` reads it

An installed model is a candidate: whether it serves is decided elsewhere. What fails leaves nothing behind and touches
no other model.
"""

from __future__ import annotations

import errno
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from models.catalogue import Catalogue, CatalogueEntry
from models.checkpoint import ARCHITECTURES, CONFIG, check_checkpoint
from models.hub import check_pulled, pulled_from
from models.manifest import MANIFEST, sha256_of, write_manifest
from models.policy import Policy
from models.public import PublicModel
from models.refusal import FreeBytes, ModelRefused, free_bytes, require_space
from models.runtime.conversion import BYTES_PER_PARAMETER, Quantization, convert, default_quantization
from models.runtime.load import RunOptions, load_folder
from models.runtime.protocol import TranslationInput
from models.runtime.tokeniser import tokeniser_files
from models.store import ModelDirectory

MODEL_BIN = "model.bin"
_NAME = re.compile(r"(?=.{1,48}$)[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*")
_VOCABULARY = re.compile(r"(shared|source|target)_vocabulary\.(json|txt)")


def check_licence(model: PublicModel, policy: Policy) -> None:
    """ModelRefused when the licence is not accepted."""
    if objection := policy.objection(model.licence, commercial_use=model.commercial_use):
        raise ModelRefused(f"{model.id} is licensed {model.licence}, {objection.fact}", f"{objection.fix}.")


@dataclass(frozen=True, slots=True)
class Request:
    """What to install and how. `name` and `quantization` left out are the model's id and the best for `device`."""

    model: PublicModel
    source: Path
    name: str | None = None
    quantization: Quantization | None = None
    device: str = "auto"


def install(request: Request, root: Path, policy: Policy, free: FreeBytes = free_bytes) -> CatalogueEntry:
    """Convert (or take over, when `source` holds model.bin) and install; ModelRefused when that cannot be."""
    model, source = request.model, request.source
    name = request.name or model.id
    check_licence(model, policy)
    _check_name(name, root)
    converted = (source / MODEL_BIN).is_file()
    if converted:
        _check_converted(source, model)
    else:
        _check_same_architecture(source, model)
    check_pulled(source)
    quantization = request.quantization or default_quantization(ARCHITECTURES[model.architecture], request.device)
    with _staged(root, name) as staged:
        require_space(root, _size(request, quantization, converted=converted), free)
        folder = staged / name
        if converted:
            made_with, parameters, stored = _take_over(source, folder, model), model.parameters, "as given"
        else:
            made = convert(source, folder, quantization)
            made_with, parameters, stored = made.made_with, made.parameters, made.quantization
        if origin := pulled_from(source):
            made_with = {**made_with, "checkpoint": origin}
        # By its content, so that no two states of a model ever share a queue, a cache key or a decision.
        version = f"1.0.0-{sha256_of(folder / MODEL_BIN)[:12]}"
        manifest = write_manifest(
            folder, model=name, version=version, quantization=stored, parameters=parameters, made_with=made_with
        )
        entry = model.entry(version=version, files={MANIFEST: sha256_of(manifest)}, installed_as=name)
        entry = msgspec.structs.replace(entry, parameters=parameters)
        _check_vocabulary(folder, entry)
        _check_answers(folder, entry)
        (staged / f"{name}.md").write_text(card(model, entry, stored, origin), encoding="utf-8")
        (staged / f"{name}.toml").write_text(entry_text(entry), encoding="utf-8")
        _publish(staged, root, name)
    return entry


def _publish(staged: Path, root: Path, name: str) -> None:
    """The entry comes last: a model that is read is whole."""
    done: list[Path] = []
    try:
        for part in (name, f"{name}.md", f"{name}.toml"):
            (staged / part).rename(root / part)
            done.append(root / part)
    except OSError:
        for path in done:
            path.rename(staged / path.name)
        raise


def _check_name(name: str, root: Path) -> None:
    if not _NAME.fullmatch(name):
        raise ModelRefused(
            f"{name!r} cannot be the name of a model",
            "Use small letters, digits, hyphens and dots, at most 48 of them.",
        )
    taken = {entry.id for entry in Catalogue.load(extra=root if root.is_dir() else None).entries}
    if name in taken or (root / name).exists():
        raise ModelRefused(
            f"{name} is installed already",
            f"Choose another name with --id, or delete {name}, {name}.md and {name}.toml in {root}.",
        )


def _check_same_architecture(source: Path, model: PublicModel) -> None:
    found = check_checkpoint(source)
    if found is not ARCHITECTURES[model.architecture]:
        raise ModelRefused(
            f"{source.name} is not of the architecture {model.architecture} that {model.id} is",
            "Name the folder of the right model.",
        )


def _check_converted(source: Path, model: PublicModel) -> None:
    names = {path.name for path in source.iterdir()}
    needed = {CONFIG, *_tokeniser_names(model, names)}
    if missing := sorted(needed - names):
        raise ModelRefused(
            f"{source.name} is no whole CTranslate2 folder: {missing[0]} is missing",
            "Copy it there; for the tokeniser, take the file of the checkpoint the model was converted from.",
        )
    if not any(_VOCABULARY.fullmatch(name) for name in names):
        raise ModelRefused(f"{source.name} holds no vocabulary", "Convert the model again.")


def _tokeniser_names(model: PublicModel, names: set[str]) -> Mapping[str, str]:
    """File to copy → its name in a model folder; hubs and converters call the same SentencePiece model differently."""
    known = ARCHITECTURES[model.architecture].files
    if model.tokeniser == "sentencepiece":
        found = next((name for name in ("sentencepiece.model", *known) if name in names), "sentencepiece.model")
        return {found: "sentencepiece.model"}
    return {name: name for name in tokeniser_files(model.tokeniser)}


def _take_over(source: Path, folder: Path, model: PublicModel) -> dict[str, str]:
    folder.mkdir()
    names = {path.name for path in source.iterdir()}
    copied = {name: name for name in names if name in {MODEL_BIN, CONFIG, "vmap.txt"} or _VOCABULARY.fullmatch(name)}
    for given, name in {**copied, **_tokeniser_names(model, names)}.items():
        shutil.copyfile(source / given, folder / name)
    return {"converter": "unknown"}


def _size(request: Request, quantization: Quantization, *, converted: bool) -> int:
    if converted:
        return sum(path.stat().st_size for path in request.source.iterdir() if path.is_file())
    return round(request.model.parameters * BYTES_PER_PARAMETER[quantization])


@contextmanager
def _staged(root: Path, name: str) -> Iterator[Path]:
    """A folder beside the models that is gone afterwards, whatever happens."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}.", suffix=".part", dir=root) as staged:
            yield Path(staged)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ModelRefused(f"{root} is full", "Free some space and try again.") from error
        raise ModelRefused(f"{root}: {error.strerror or error}", "Mend it and try again.") from error


def _check_vocabulary(folder: Path, entry: CatalogueEntry) -> None:
    """Every token the runtime will write must be known to the model: an unknown tag would be obeyed as nothing."""
    sides = {path.name.partition("_")[0]: set(_tokens(path)) for path in folder.iterdir() if _is_vocabulary(path)}
    shared = sides.get("shared", set())
    known = {side: sides.get(side, shared) for side in ("source", "target")}
    tags = {entry.tag(tag) for tag in entry.targets} if entry.prefix != "none" else set()
    in_source = {entry.source_start} - {""}
    in_target = {entry.target_start} - {""}
    if entry.prefix == "encoder-tag":
        in_source |= tags
    else:
        in_target |= tags
    if entry.names_source:
        in_source |= {entry.tag(tag) for tag in entry.sources}
    missing = sorted((in_source - known["source"]) | (in_target - known["target"]))
    if missing:
        raise ModelRefused(
            f"{entry.id} does not know {len(missing)} of the tokens that its entry names: {', '.join(missing[:5])}",
            "The tokeniser files are not those of this model, or the entry names languages that it lacks.",
        )


def _is_vocabulary(path: Path) -> bool:
    return _VOCABULARY.fullmatch(path.name) is not None


def _tokens(path: Path) -> Iterable[str]:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else text.split("\n")


def _check_answers(folder: Path, entry: CatalogueEntry) -> None:
    """Load it once and let it write a few tokens: what cannot be loaded here cannot be served either."""
    try:
        translator = load_folder(ModelDirectory(folder, ""), entry, RunOptions(device="cpu", inter_threads=1))
        try:
            target = entry.targets[-1]
            source = next((tag for tag in entry.sources if tag != target), target)
            translator.translate([TranslationInput("1", target, source)])
        finally:
            translator.close()
    except MemoryError as error:
        raise ModelRefused(
            f"{entry.id} does not fit into the memory of this machine",
            "Take a smaller model, or another --quantization.",
        ) from error
    except (RuntimeError, ValueError) as error:
        raise ModelRefused(f"{entry.id} does not run: {error}", "Convert it again with the current version.") from error


def entry_text(entry: CatalogueEntry) -> str:
    """An entry as the TOML that `Catalogue.load` reads. Strings of JSON are strings of TOML."""
    given = {
        field.name: value
        for field in msgspec.structs.fields(entry)
        if (value := getattr(entry, field.name)) != _default(field)
    }
    lines = ["# Written by malgil; languages, limits and beam may be edited, `files` pins the weights.", "[[models]]"]
    lines += [f"{name} = {_toml(value)}" for name, value in given.items() if not isinstance(value, dict)]
    for name, table in given.items():
        if isinstance(table, dict):
            lines += ["", f"[models.{name}]", *(f"{_toml(key)} = {_toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _default(field: msgspec.structs.FieldInfo) -> object:
    factory = field.default_factory
    return factory() if callable(factory) else field.default


def _toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def card(model: PublicModel, entry: CatalogueEntry, quantization: str, origin: str) -> str:
    """The human page of an installed model: what it is, its terms, its limits, and what others measured."""
    terms = "commercial use allowed" if model.commercial_use else "no commercial use"
    lines = [
        f"# {entry.id}",
        "",
        f"Installed as a candidate, version {entry.version}. Made from {origin or 'a local folder'}.",
        "",
        f"- task: {entry.task}",
        f"- licence: {model.licence} ({terms}){f'; {model.licence_note}' if model.licence_note else ''}",
        f"- parameters: {entry.parameters:,}, stored as {quantization}",
        f"- from: {' '.join(entry.sources)}",
        f"- to: {' '.join(entry.targets)}",
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in model.limits),
    ]
    if model.quality:
        lines += [
            "",
            "## What others measured",
            "",
            "| direction | test | metric | score | source |",
            "|---|---|---|---:|---|",
        ]
        lines += [
            f"| {each.direction} | {each.test} | {each.metric} | {each.score:g} | {each.source} |"
            for each in model.quality
        ]
    lines += ["", f"Measure it yourself: `malgil models evaluate {entry.id} --data FOLDER`."]
    return "\n".join(lines) + "\n"
