"""One model on one suite: every direction measured, written up as an evaluation record."""

from __future__ import annotations

import datetime
import hashlib
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import msgspec

from models import abstractive, calibration, evaluation, simplification_evaluation, summary_evaluation
from models.calibration import Calibration, calibrate
from models.catalogue import CatalogueEntry, LanguagePair
from models.evaluation import Check, Evaluated, Lines, Negates, evaluate
from models.footprint import Footprint
from models.gate import Thresholds, directions, judge
from models.manifest import MANIFEST, Manifest, sha256_of
from models.metric import Metric
from models.quality import EvaluationSet
from models.record import DataSet, Environment, Record, Verdict, data_sha256
from models.register import Register
from models.runtime.load import RunOptions, load_folder
from models.runtime.protocol import TranslationInput, Translator
from models.runtime.threads import thread_layout
from models.runtime.tokeniser import tokeniser_files
from models.simplification_evaluation import Reading, evaluate_simplifications
from models.standing import Served
from models.store import ModelDirectory
from models.summary_evaluation import Supports, evaluate_summaries, readings

_CPUINFO = Path("/proc/cpuinfo")
_WARM_LINES = 32


# What a new model is held against, of the model in service, by task.
_HELD_AGAINST: Mapping[str, str] = {"translate": "chrf", "summarize": "rouge_l", "simplify": "meaning_kept"}


@dataclass(frozen=True, slots=True)
class Baseline:
    """That figure of the model in service, on the lines with this hash."""

    data_sha256: str
    metric: Metric


Weigh = Callable[[CatalogueEntry, ModelDirectory, RunOptions, Sequence[TranslationInput]], Footprint]


@dataclass(frozen=True, slots=True)
class Task:
    """What to measure a model on, and how. `lines` shortens every set to its first so many, for a quick look;
    `teacher` translates the sources as a rival, where it can; `progress` hears of every direction begun. `supports`
    counts what a summary says and its source holds; only summarisers need it. `negates` says whether a sentence denies
    something, None in a language where nobody can tell; `weigh` measures load time and memory; `reading` judges what a
    simplifier writes; `signed_by` answers for the measuring."""

    suite: str
    sets: Sequence[EvaluationSet]
    data: Path
    thresholds: Thresholds
    check: Check
    today: datetime.date
    lines: int | None = None
    teacher: Callable[[Lines], Sequence[str] | None] | None = None
    unquantised: Path | None = None
    baselines: Mapping[LanguagePair, Baseline] = field(default_factory=dict)
    progress: Callable[[EvaluationSet], None] = lambda _: None
    supports: Supports = lambda *_: {}
    negates: Negates = lambda *_: None
    weigh: Weigh | None = None
    reading: Reading = field(default_factory=Reading)
    signed_by: str = ""


def examine(
    entry: CatalogueEntry,
    directory: ModelDirectory,
    task: Task,
    options: RunOptions,
    *,
    load: Callable[[ModelDirectory, CatalogueEntry, RunOptions], Translator] = load_folder,
) -> Record:
    """Measure a model whose files were opened; OSError when the data folder lacks a set, SetsInvalid when one cannot be
    read, EvaluationUnavailable without sacreBLEU or rouge-score."""
    scored = replace(options, scores=True)
    metrics = _costs(entry, directory, task, options)
    translator = load(directory, entry, scored)
    whole = load(ModelDirectory(task.unquantised, "float"), entry, scored) if task.unquantised else None
    data: list[DataSet] = []
    bands: list[Calibration] = []
    try:
        for each in task.sets:
            task.progress(each)
            lines = _lines(each, task)
            found = _MEASURES[entry.task](entry, translator, whole, lines, task)
            data.append(_described(each, lines))
            metrics += [*found.metrics, *_serving(task, data[-1])]
            banded = calibrate(lines.direction, each.name, found.sentences)
            bands += [banded] if banded else []
    finally:
        translator.close()
        if whole:
            whole.close()
    record = Record(
        id=f"{entry.reference}/{task.suite}/{task.today}",
        kind="internal",
        model=entry.reference,
        model_digest=entry.digest,
        tokenizer_sha256=sha256_of(directory.path / tokeniser_files(entry.tokeniser)[0]),
        suite=task.suite,
        measured=task.today,
        code_version=code_version(),
        thresholds_sha256=task.thresholds.sha256,
        data=tuple(data),
        metrics=tuple(metrics),
        calibration=tuple(bands),
        environment=_environment(directory, options),
        verdict=Verdict(False, ()),
        signed_by=task.signed_by,
    )
    return replace(record, verdict=judge(record, entry, task.thresholds))


def baselines(entry: CatalogueEntry, register: Register, served: Served) -> dict[LanguagePair, Baseline]:
    """What a new model is held against: for each direction the model that serves it, an earlier version included."""
    own = register.record(entry)
    decided = register.decisions()
    found: dict[LanguagePair, Baseline] = {}
    for direction in directions(entry):
        other = served.catalogue.serving(entry.task, direction)
        former = register.record(other) if other and other.reference != entry.reference else None
        if own and own.model != entry.reference and own.model in decided and decided[own.model].state == "serving":
            former = own
        # Measured again, a model is held against what it was held against before.
        held = _HELD_AGAINST[entry.task]
        record, name = (former, held) if former else (own, f"serving_{held}")
        metric = record.metric(name, direction) if record else None
        data = record.data_of(direction) if record else None
        if metric and data:
            found[direction] = Baseline(data.sha256, metric)
    return found


def code_version() -> str:
    """The package's version, and a hash of the modules whose code decides the figures."""
    found = hashlib.sha256()
    for module in (evaluation, calibration, summary_evaluation, simplification_evaluation, abstractive):
        found.update(Path(str(module.__file__)).read_bytes())
    return f"{version('malgil')}+{found.hexdigest()[:12]}"


def _lines(each: EvaluationSet, task: Task) -> Lines:
    sources, references = each.lines(task.data)
    return Lines(LanguagePair(each.source, each.target), sources[: task.lines], references[: task.lines])


def _described(each: EvaluationSet, lines: Lines) -> DataSet:
    return DataSet(
        name=each.name,
        version=each.version,
        licence=each.licence,
        sha256=data_sha256(lines.sources, lines.references),
        n=len(lines.sources),
        direction=lines.direction,
        note=each.note,
    )


def _serving(task: Task, data: DataSet) -> list[Metric]:
    """What the model in service reached, where it was measured on the very same lines."""
    former = task.baselines.get(data.direction)
    if former is None or former.data_sha256 != data.sha256:
        return []
    return [replace(former.metric, name=f"serving_{former.metric.name.removeprefix('serving_')}")]


def _translation(
    _: CatalogueEntry, translator: Translator, whole: Translator | None, lines: Lines, task: Task
) -> Evaluated:
    teacher = task.teacher(lines) if task.teacher else None
    return evaluate(translator, lines, check=task.check, teacher=teacher, unquantised=whole, negates=task.negates)


def _summaries(
    entry: CatalogueEntry, translator: Translator, whole: Translator | None, lines: Lines, task: Task
) -> Evaluated:
    return evaluate_summaries(translator, entry, lines, check=task.check, supports=task.supports, unquantised=whole)


def _simplifications(
    _: CatalogueEntry, translator: Translator, whole: Translator | None, lines: Lines, task: Task
) -> Evaluated:
    return evaluate_simplifications(translator, lines, check=task.check, reading=task.reading, unquantised=whole)


_MEASURES: Mapping[str, Callable[[CatalogueEntry, Translator, Translator | None, Lines, Task], Evaluated]] = {
    "translate": _translation,
    "summarize": _summaries,
    "simplify": _simplifications,
}


def _costs(entry: CatalogueEntry, directory: ModelDirectory, task: Task, options: RunOptions) -> list[Metric]:
    """What the model takes on disk, and what `weigh` finds: before it is loaded here, so never twice."""
    found: dict[str, float | None] = {"size_mb": round(directory.bytes / 1e6, 1)}
    if task.weigh and task.sets:
        lines = _lines(task.sets[0], task)
        first = replace(lines, sources=lines.sources[:_WARM_LINES], references=lines.references[:_WARM_LINES])
        texts = readings(entry, first) if entry.task == "summarize" else first.sources
        pair = lines.direction
        weighed = task.weigh(
            entry, directory, options, [TranslationInput(text, pair.target, pair.source) for text in texts]
        )
        found |= {"load_s": weighed.load_s, "resident_mib": weighed.resident_mib}
    return [Metric(name, None, value, 1) for name, value in found.items() if value is not None]


def _environment(directory: ModelDirectory, options: RunOptions) -> Environment:
    return Environment(
        cpu=_cpu(),
        threads=(options.inter_threads or thread_layout().inter_threads) * options.intra_threads,
        compute_type=_compute_type(directory, options),
        ctranslate2=version("ctranslate2"),
    )


def _cpu() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", _CPUINFO.read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _compute_type(directory: ModelDirectory, options: RunOptions) -> str:
    """As asked for; by default that of the weights, as their manifest says."""
    manifest = directory.path / MANIFEST
    if options.compute_type != "default" or not manifest.is_file():
        return options.compute_type
    return msgspec.json.decode(manifest.read_bytes(), type=Manifest).quantization
