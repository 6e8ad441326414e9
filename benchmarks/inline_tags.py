"""Which way puts inline markup round the right words: marks that the model copies, or the attention of its decoder.

    python -m benchmarks.inline_tags DATA_FOLDER [SENTENCES]

DATA_FOLDER holds flores_dev.es.xz, one sentence a line. One stretch of one to three words is marked in each,
by a fixed seed. Each way's own translation is judged: the target words that spelling aligns with the stretch
(models.training.alignment: close languages) must be inside, and no word that it aligns with another. Stretches that it
aligns with nothing are not judged. The bundled model was trained with attention guided by the same aligner, which
favours attention. The last figures: docs/decisions/0028.
"""

from __future__ import annotations

import asyncio
import lzma
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import ctranslate2

from accessibility import marks
from gateway.batch_queue import now_ms
from gateway.documents import texts
from gateway.guard import guard_of
from gateway.segments import Delivery, DirectSegments
from gateway.translation import Limits, Translation
from locales.tags import LanguageTag
from models.catalogue import DEFAULT_CATALOGUE, Catalogue, CatalogueEntry
from models.runtime.load import RunOptions, load_translator
from models.runtime.tokeniser import SPACE, Tokeniser
from models.store import BUNDLED_MODELS, ModelDirectory, ModelStore
from models.training.alignment import align

ES = LanguageTag("es")
TARGETS = ("an", "ast", "ca", "gl", "oc-aranes", "sc")
SEED = 20
_WORD = re.compile(r"\w+")
_EOS = "</s>"


@dataclass(frozen=True, slots=True)
class Sentence:
    """`first` to `last`: the places of the marked words."""

    text: str
    first: int
    last: int

    @property
    def marked(self) -> str:
        words = list(_WORD.finditer(self.text))
        start, end = words[self.first].start(), words[self.last].end()
        return f"{self.text[:start]}<g1>{self.text[start:end]}</g1>{self.text[end:]}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A translation and the places of its words that are inside the markup; none where it was lost."""

    text: str
    inside: frozenset[int]


def sentences(folder: Path, count: int) -> list[Sentence]:
    chance = random.Random(SEED)
    with lzma.open(folder / "flores_dev.es.xz", "rt", encoding="utf-8") as lines:
        long = [line.strip() for line in lines if len(_WORD.findall(line)) >= 6]
    found = []
    for text in chance.sample(long, count):
        length = chance.randint(1, 3)
        first = chance.randrange(len(_WORD.findall(text)) - length + 1)
        found.append(Sentence(text, first, first + length - 1))
    return found


def by_marks(translation: Translation, given: Sequence[Sentence], target: LanguageTag) -> list[Placed]:
    """As documents are translated: marks first, the stretch looked for where the model lost them."""

    async def progress(*_: object) -> None: ...

    def delivery() -> Delivery:
        return Delivery(now_ms() + 3_600_000)

    marked = [each.marked for each in given]
    done = asyncio.run(texts.translate(lambda: translation, marked, ES, target, delivery, progress))
    return [_by_mark(text) for text in done.texts]


def _by_mark(text: str) -> Placed:
    pair = next(iter(marks.pairs(text)), None)
    bare = marks.bare(text)
    if pair is None:
        return Placed(bare, frozenset())
    start = len(marks.bare(text[: pair[1]]))
    end = start + len(marks.bare(pair[3]))
    words = enumerate(_WORD.finditer(bare))
    return Placed(bare, frozenset(place for place, word in words if word.start() < end and word.end() > start))


class Attention:
    """The guided head: the first of the decoder's last layer, which is what CTranslate2 tells by default."""

    def __init__(self, directory: ModelDirectory, entry: CatalogueEntry) -> None:
        self._entry = entry
        self._tokeniser = Tokeniser(directory.path, entry)
        self._model = ctranslate2.Translator(str(directory.path), inter_threads=1, intra_threads=1)

    def placed(self, given: Sequence[Sentence], target: LanguageTag) -> list[Placed]:
        sources = [[*self._tokeniser.encode(each.text), _EOS] for each in given]
        tag = self._entry.tag(target)
        results = self._model.translate_batch(
            sources,
            [[tag]] * len(sources),
            beam_size=self._entry.beam_size,
            no_repeat_ngram_size=self._entry.no_repeat_ngram,
            max_batch_size=1024,
            batch_type="tokens",
            return_attention=True,
        )
        return [self._one(each, *rest) for each, *rest in zip(given, sources, results, strict=True)]

    def _one(self, sentence: Sentence, source: Sequence[str], result: ctranslate2.TranslationResult) -> Placed:
        # The tag has a row of its own.
        pieces, rows = result.hypotheses[0][1:], result.attention[0][1:]
        owners = words_of(source)
        text = "".join(pieces).replace(SPACE, " ").strip()
        weights: dict[int, dict[int, float]] = {}
        for word, row in zip(words_of(pieces), rows, strict=False):
            if word is not None:
                sums = weights.setdefault(word, {})
                for owner, weight in zip(owners, row, strict=False):
                    if owner is not None:
                        sums[owner] = sums.get(owner, 0.0) + weight
        best = {word: max(sums, key=sums.__getitem__) for word, sums in weights.items() if sums}
        wanted = sorted(word for word, owner in best.items() if sentence.first <= owner <= sentence.last)
        return Placed(text, _largest(wanted))


def words_of(pieces: Sequence[str]) -> list[int | None]:
    """For each piece the place of the word that it begins in or belongs to."""
    text, starts = "", []
    for piece in pieces:
        starts.append((len(text), len(text) + len(piece)))
        text += " " * len(piece) if piece == _EOS else piece.replace(SPACE, " ")
    words = [match.span() for match in _WORD.finditer(text)]
    return [
        next((place for place, (begin, stop) in enumerate(words) if begin < end and start < stop), None)
        for start, end in starts
    ]


def _largest(places: Sequence[int]) -> frozenset[int]:
    """Markup is one stretch: the largest group with gaps of one word at most, gaps included."""
    groups: list[list[int]] = [list(places[:1])] if places else []
    for before, after in pairwise(places):
        if after - before <= 2:
            groups[-1].append(after)
        else:
            groups.append([after])
    best = max(groups, key=len, default=[])
    return frozenset(range(best[0], best[-1] + 1)) if best else frozenset()


def verdict(sentence: Sentence, placed: Placed) -> str | None:
    """`right`, `beside` or `lost`; None where spelling says nothing of the stretch."""
    source, target = (_WORD.findall(text.lower()) for text in (sentence.text, placed.text))
    aligned = align(source, target)
    stretch = range(sentence.first, sentence.last + 1)
    wanted = {place for place, origin in enumerate(aligned) if origin in stretch}
    if not wanted:
        return None
    if not placed.inside:
        return "lost"
    return "right" if {place for place in placed.inside if aligned[place] >= 0} == wanted else "beside"


def rows(folder: Path, count: int) -> Iterator[str]:
    """The table: target, way, stretches judged, share right, beside, lost."""
    entry = next(each for each in Catalogue.load(DEFAULT_CATALOGUE).entries if each.id == "es-ibero")
    store = ModelStore(BUNDLED_MODELS)
    translator = load_translator(entry, store, RunOptions(inter_threads=1), guard_of(entry))
    segments = DirectSegments({entry.reference: translator})
    translation = Translation(Catalogue((entry,)), segments, Limits(sys.maxsize, sys.maxsize))
    attention = Attention(store.open(entry), entry)
    given = sentences(folder, count)
    for target in map(LanguageTag, TARGETS):
        ways: Mapping[str, Sequence[Placed]] = {
            "marks": by_marks(translation, given, target),
            "attention": attention.placed(given, target),
        }
        for way, placed in ways.items():
            found = [said for pair in zip(given, placed, strict=True) if (said := verdict(*pair))]
            shares = " | ".join(f"{100 * found.count(each) / len(found):.1f}" for each in ("right", "beside", "lost"))
            yield f"| {target} | {way} | {len(found)} | {shares} |"
    translator.close()


if __name__ == "__main__":
    print("| target | way | stretches judged | right, % | beside, % | lost, % |\n|---|---|---|---|---|---|")
    for row in rows(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200):
        print(row, flush=True)
