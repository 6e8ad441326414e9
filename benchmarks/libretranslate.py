"""The same load on the gateway and on LibreTranslate, with the same weights.

The bundled model is wrapped as packages that Argos Translate understands: the CTranslate2 folder, its SentencePiece
model, and metadata whose `target_prefix` is the target's control symbol. The end token our runtime adds to a source is
added there by `add_source_eos` in the model's config.json. LibreTranslate is measured as it comes and with the best
settings it documents.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.asking import SOURCE, TARGET, ask, request, texts_of
from benchmarks.figure import Figure
from benchmarks.load import post
from benchmarks.sentences import spanish
from benchmarks.service import Service, free_port, listening
from models.catalogue import CatalogueEntry
from models.store import ModelStore

_SERVER = Path(__file__).with_name("libretranslate_server.py")
_OTHERS = 700_000  # sentences no other benchmark asks for; numbers of six digits, which both hand to the model
_CORES = str(os.cpu_count() or 1)

# As documented: threads of the web server, workers and threads of CTranslate2, tokens of a batch, beam.
SETTINGS = {
    "as it comes": {},
    "at its best (`LT_THREADS=8`, one CTranslate2 worker per core, 2,048 tokens a batch, beam 1)": {
        "LT_THREADS": "8",
        "ARGOS_INTER_THREADS": _CORES,
        "ARGOS_INTRA_THREADS": "1",
        "ARGOS_BATCH_SIZE": "2048",
        "ARGOS_BEAM_SIZE": "1",
        "OMP_NUM_THREADS": "1",
    },
}
NOTE = """LibreTranslate 1.9.6 serves the same CTranslate2 folder as an Argos package: `target_prefix` holds the control
symbol of the target, `add_source_eos` adds the end token. Its sentence splitter is switched off, since the splitter's
models come from a hub; every text is one sentence. It caches nothing here, and neither does the gateway
(`Cache-Control: no-store`). As it comes it computes one text after another with beam 4 on two OpenMP threads,
which wait for each other, longer the more else the machine does: that ratio differs most from run to run."""


def figures(
    python: Path, service: Service, entry: CatalogueEntry, store: ModelStore, rounds: int, sentences: int
) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder) / "packages"
        _wrap(entry, store, packages)
        return [
            each
            for name, settings in SETTINGS.items()
            for each in _beside(
                python, service, name, {**settings, **_places(Path(folder), packages)}, rounds, sentences
            )
        ]


def _beside(
    python: Path, service: Service, name: str, settings: dict[str, str], rounds: int, sentences: int
) -> list[Figure]:
    ratios, equal, kept, theirs_kept = [], [], [], []
    port = free_port()
    command = [str(python), "-P", str(_SERVER), "--host", "127.0.0.1", "--port", str(port), "--disable-web-ui"]
    with listening(command, port, patience_s=120, **settings):
        for number in range(rounds + 1):
            texts = spanish(sentences, _OTHERS + number * sentences)
            ours = ask(service.port, [request([text], store=False) for text in texts], 64)
            theirs = ask(port, [_request(text) for text in texts], 64)
            ratios.append(theirs.seconds / ours.seconds)
            translated = [json.loads(body)["translatedText"] for body in theirs.bodies]
            equal.append(sum(a == b for a, b in zip(texts_of(ours), translated, strict=True)) / sentences)
            kept.append(_numbers_kept(texts, texts_of(ours)))
            theirs_kept.append(_numbers_kept(texts, translated))
    return [
        Figure(
            f"our throughput ÷ that of LibreTranslate {name}, 64 callers, single sentences", "≥ 10", tuple(ratios[1:])
        ),
        Figure("answers equal to ours", "–", tuple(equal[1:])),
        Figure("answers that keep every number, ours", "–", tuple(kept[1:])),
        Figure("the same, LibreTranslate's", "–", tuple(theirs_kept[1:])),
    ]


def _numbers_kept(sources: Sequence[str], translations: Sequence[str]) -> float:
    kept = [
        sorted(re.findall(r"\d+", a)) == sorted(re.findall(r"\d+", b))
        for a, b in zip(sources, translations, strict=True)
    ]
    return sum(kept) / len(kept)


def _request(text: str) -> bytes:
    return post("/translate", {"q": text, "source": SOURCE, "target": TARGET, "format": "text"}, store=False)


def _places(folder: Path, packages: Path) -> dict[str, str]:
    """Its data, settings and cache in a folder of their own."""
    places = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("DATA", "CONFIG", "CACHE")}
    return {**places, "ARGOS_PACKAGES_DIR": str(packages), "HOME": str(folder), "PYTHONPATH": ""}


def _wrap(entry: CatalogueEntry, store: ModelStore, packages: Path) -> None:
    """Two packages: with fewer LibreTranslate would look for more on the network."""
    model = store.open(entry).path
    for target in (TARGET, next(tag for tag in entry.targets if tag != TARGET)):
        folder = packages / f"translate-{SOURCE}_{target}-1_0"
        shutil.copytree(model, folder / "model")
        shutil.copy(model / "sentencepiece.model", folder)
        config = folder / "model" / "config.json"
        settings = json.loads(config.read_text(encoding="utf-8"))
        config.write_text(json.dumps({**settings, "add_source_eos": True}), encoding="utf-8")
        (folder / "metadata.json").write_text(json.dumps(_metadata(entry, target)), encoding="utf-8")


def _metadata(entry: CatalogueEntry, target: str) -> dict[str, object]:
    return {
        "package_version": "1.0",
        "argos_version": "1.9",
        "type": "translate",
        "from_code": SOURCE,
        "from_name": SOURCE,
        "to_code": target,
        "to_name": target,
        "target_prefix": entry.tag_format.format(target=target),
    }
