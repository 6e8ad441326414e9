"""A tiny suite of our own and a translator that does it well: word by word from a list, everything else copied."""

from __future__ import annotations

import datetime
import itertools
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from accessibility.checks import check
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.examination import Task
from models.gate import Thresholds
from models.quality import EvaluationSet
from models.runtime.fake import FakeTranslator
from models.runtime.load import RunOptions
from models.runtime.protocol import Hypothesis, TranslationInput, Translator
from models.runtime.tokeniser import SENTENCEPIECE_MODEL
from models.store import ModelDirectory
from tests.models.tiny_model import tiny_entry

ES, CA = LanguageTag("es"), LanguageTag("ca")
TODAY = datetime.date(2026, 11, 22)
WORDS = {
    "el": "el", "la": "la", "museo": "museu", "biblioteca": "biblioteca", "farmacia": "farmàcia", "escuela": "escola",
    "ayuntamiento": "ajuntament", "hospital": "hospital", "mercado": "mercat", "piscina": "piscina", "no": "no",
    "abre": "obre", "cierra": "tanca", "este": "aquest", "lunes": "dilluns", "martes": "dimarts", "jueves": "dijous",
    "viernes": "divendres", "sábado": "dissabte", "domingo": "diumenge", "por": "al", "tarde": "vespre", "hay": "hi·ha",
    "personas": "persones", "mañana": "matí", "hasta": "fins", "después": "després", "con": "amb", "pero": "però",
    "también": "també", "euros": "euros", "y": "i", "cuesta": "costa", "entrada": "entrada", "niños": "nens",
    "trabajadores": "treballadors", "servicio": "servei", "información": "informació", "pregunte": "pregunteu",
}  # fmt: skip
_PLACES = ("El museo", "La biblioteca", "La farmacia", "La escuela", "El ayuntamiento", "El hospital", "El mercado")
_DAYS = ("lunes", "martes", "jueves", "viernes", "sábado", "domingo")
_REST = (
    "no abre este {day} pero abre también después con {n} trabajadores.",
    "no cierra este {day} y hay servicio hasta {n} personas por la tarde.",
    "no abre este {day} y la entrada cuesta {n},50 euros con información también.",
)
SOURCES = tuple(
    f"{place} {rest.format(day=day, n=10 + number)}"
    for number, (place, day, rest) in enumerate(itertools.product(_PLACES, _DAYS, _REST))
)


def word_by_word(text: str) -> str:
    return " ".join(_word(word) for word in text.split())


def _word(word: str) -> str:
    core = word.rstrip(".,")
    plain = _plain(core)
    translated = _LOOSE.get(plain, core)
    return (translated.capitalize() if core[:1].isupper() else translated) + word[len(core) :]


def _plain(word: str) -> str:
    """Without capitals and accents: the translator forgives what people leave out."""
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))


_LOOSE = {_plain(word): translation for word, translation in WORDS.items()}
REFERENCES = tuple(map(word_by_word, SOURCES))


class WordByWord(FakeTranslator):
    """Sound as it is; `fault` damages the translation, `cut` says that decoding never ended by itself."""

    def __init__(
        self, entry: CatalogueEntry, fault: Callable[[str], str] = lambda text: text, *, cut: bool = False
    ) -> None:
        super().__init__(entry)
        self._fault = fault
        self._cut = cut

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        super().translate(inputs)
        return [
            Hypothesis(self._fault(word_by_word(each.text)), not self._cut, 1, 1, _score(each.text)) for each in inputs
        ]


def _score(text: str) -> float:
    """Surer of short sentences, as models are."""
    return -len(text) / 100


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything an examination needs, in a folder of the test's own."""

    folder: Path
    entry: CatalogueEntry
    directory: ModelDirectory

    @property
    def task(self) -> Task:
        each = EvaluationSet(ES, CA, "our own", "es.txt", "ca.txt", "CC0-1.0")
        return Task("standard", (each,), self.folder, Thresholds.load(), guard, TODAY)

    def loading(self, fault: Callable[[str], str] = lambda text: text, *, cut: bool = False) -> Loading:
        return lambda _, entry, __: WordByWord(entry, fault, cut=cut)


Loading = Callable[[ModelDirectory, CatalogueEntry, RunOptions], Translator]


def guard(source: str, text: str, target: LanguageTag, complete: bool) -> dict[str, str]:
    return dict(check(source, text, target, complete=complete).checks)


def bench(folder: Path, name: str = "es-ca", licence: str = "CC0-1.0") -> Bench:
    """The suite as files, and the folder of a model whose weights nobody loads."""
    (folder / "es.txt").write_text("\n".join(SOURCES) + "\n", encoding="utf-8")
    (folder / "ca.txt").write_text("\n".join(REFERENCES) + "\n", encoding="utf-8")
    weights = folder / name
    weights.mkdir(exist_ok=True)
    (weights / SENTENCEPIECE_MODEL).write_bytes(b"pieces")
    entry = tiny_entry(name, ("ca",), max_source_tokens=1000, licence=licence)
    return Bench(folder, entry, ModelDirectory(weights, entry.digest))
