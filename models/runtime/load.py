"""From a catalogue entry to a translator that answers."""

from __future__ import annotations

from dataclasses import dataclass

from models.catalogue import CatalogueEntry
from models.runtime.ct2 import CTranslate2Translator
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


def load_translator(
    entry: CatalogueEntry, store: ModelStore, options: RunOptions = DEFAULTS, judge: Judge | None = None
) -> Translator:
    """Verify the files of a model, then load it; what the judge finds fault with is decoded a second time."""
    return load_folder(store.open(entry), entry, options, judge)


def load_folder(
    directory: ModelDirectory, entry: CatalogueEntry, options: RunOptions = DEFAULTS, judge: Judge | None = None
) -> Translator:
    """Load weights that nobody verified, by the rules of an entry: to measure a candidate, never to serve it."""
    return CTranslate2Translator(
        directory,
        entry,
        device=options.device,
        inter_threads=options.inter_threads or thread_layout().inter_threads,
        intra_threads=options.intra_threads,
        compute_type=options.compute_type,
        max_batch_tokens=options.max_batch_tokens,
        scores=options.scores,
        judge=judge,
    )
