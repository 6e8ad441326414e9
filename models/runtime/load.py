"""From a catalogue entry to a translator that answers."""

from __future__ import annotations

from dataclasses import dataclass

from models.catalogue import CatalogueEntry
from models.runtime.ct2 import CTranslate2Translator
from models.runtime.protection import Protect, ProtectingTranslator
from models.runtime.protocol import Judge, Translator
from models.runtime.threads import thread_layout
from models.store import ModelDirectory, ModelStore


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run a model on this machine; `inter_threads=0` means one worker per core.

    `scores` makes every hypothesis carry its score, which costs a softmax over the vocabulary per token.
    """

    device: str = "auto"
    compute_type: str = "default"
    inter_threads: int = 0
    intra_threads: int = 1
    max_batch_tokens: int = 2048
    scores: bool = False


DEFAULTS = RunOptions()


@dataclass(frozen=True, slots=True)
class Guard:
    """What the checks of meaning do for a model: `protect` keeps from it what must survive letter by letter, `judge`
    has it decode a second time what it got wrong."""

    judge: Judge | None = None
    protect: Protect | None = None


UNGUARDED = Guard()


def load_translator(
    entry: CatalogueEntry, store: ModelStore, options: RunOptions = DEFAULTS, guard: Guard = UNGUARDED
) -> Translator:
    """Verify the files of a model, then load it."""
    return load_folder(store.open(entry), entry, options, guard)


def load_folder(
    directory: ModelDirectory, entry: CatalogueEntry, options: RunOptions = DEFAULTS, guard: Guard = UNGUARDED
) -> Translator:
    """Load weights that nobody verified, by the rules of an entry: to measure a candidate, never to serve it."""
    translator = CTranslate2Translator(
        directory,
        entry,
        device=options.device,
        inter_threads=options.inter_threads or thread_layout().inter_threads,
        intra_threads=options.intra_threads,
        compute_type=options.compute_type,
        max_batch_tokens=options.max_batch_tokens,
        scores=options.scores,
        judge=guard.judge,
    )
    return ProtectingTranslator(translator, guard.protect) if guard.protect else translator
