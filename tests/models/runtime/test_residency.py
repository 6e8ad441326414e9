from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.catalogue import CatalogueEntry
from models.runtime.ct2 import CTranslate2Translator
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationInput, Translator, TranslatorClosed
from models.runtime.residency import Residency
from models.store import ModelStore
from tests.models.tiny_model import SENTENCES, tag, tiny_entry, write_tiny_model

ENTRIES = [tiny_entry(id=f"model-{letter}") for letter in "abc"]
ONE = [TranslationInput("ሰላም", tag("an"))]


class Loader:
    """Loads fakes and remembers which are in memory; `most` is the largest number there ever was."""

    def __init__(self) -> None:
        self.loads = 0
        self.most = 0
        self.held: list[Translator] = []
        self.now = 0.0
        self.events: list[tuple[str, str]] = []

    def residency(self, budget: int = 0, idle_s: float = 0) -> Residency:
        return Residency(
            self._load,
            budget_bytes=budget,
            idle_s=idle_s,
            clock=lambda: self.now,
            heard=lambda *e: self.events.append(e),
        )

    def _load(self, entry: CatalogueEntry) -> Translator:
        loader = self

        class Counted(FakeTranslator):
            """Leaves the loader's list when it is closed."""

            def close(self) -> None:
                if self in loader.held:
                    loader.held.remove(self)
                super().close()

        made = Counted(entry)
        self.held.append(made)
        self.loads += 1
        self.most = max(self.most, len(self.held))
        return made


def words(found: list[Hypothesis]) -> list[str]:
    return [each.text for each in found]


def test_without_a_budget_every_model_is_loaded_once() -> None:
    loader = Loader()
    residency = loader.residency()
    translators = [residency.translator(entry, 10) for entry in ENTRIES]
    for translator in translators * 3:
        assert words(translator.translate(ONE)) == ["ሰላም~an"]
    assert (loader.loads, loader.most) == (3, 3)


def test_models_beyond_the_budget_take_turns_and_the_least_recent_goes() -> None:
    loader = Loader()
    residency = loader.residency(budget=20)
    a, b, c = (residency.translator(entry, 10) for entry in ENTRIES)
    assert loader.loads == 2
    for now, translator in enumerate((b, a, c, a, b), 1):
        loader.now = now
        translator.translate(ONE)
    assert loader.most == 2
    assert [event for event in loader.events if event[0] == "unloaded"] == [
        ("unloaded", b.reference),
        ("unloaded", c.reference),
    ]


def test_a_model_at_work_is_not_unloaded_and_the_other_is_loaded_beside_it() -> None:
    loader = Loader()
    residency = loader.residency(budget=10)
    a, b = (residency.translator(entry, 10) for entry in ENTRIES[:2])
    inside, go_on = threading.Event(), threading.Event()

    class Slow(list[TranslationInput]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            inside.set()
            assert go_on.wait(10)
            return super().__iter__()

    with ThreadPoolExecutor() as pool:
        slow = pool.submit(a.translate, Slow(ONE))
        assert inside.wait(10)
        assert words(b.translate(ONE)) == ["ሰላም~an"]
        assert loader.most == 2
        go_on.set()
        assert words(slow.result(10)) == ["ሰላም~an"]
    residency.sweep()
    assert len(loader.held) == 1


def test_an_idle_model_is_unloaded_and_comes_back_for_the_next_request() -> None:
    loader = Loader()
    residency = loader.residency(idle_s=60)
    translator = residency.translator(ENTRIES[0], 10)
    loader.now = 59
    residency.sweep()
    assert len(loader.held) == 1
    loader.now = 61
    residency.sweep()
    assert loader.held == []
    assert words(translator.translate(ONE)) == ["ሰላም~an"]
    assert loader.events == [(event, translator.reference) for event in ("loaded", "unloaded", "loaded")]


def test_many_callers_of_an_unloaded_model_load_it_once_and_none_fails() -> None:
    loader = Loader()
    residency = loader.residency(budget=5)
    translators = [residency.translator(entry, 10) for entry in ENTRIES]

    def ask(number: int) -> Sequence[str]:
        return words(translators[number % 3].translate(ONE))

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(ask, range(300))) == [["ሰላም~an"]] * 300
    residency.sweep()
    assert loader.held == []


def test_a_model_that_cannot_be_loaded_fails_its_callers_and_can_be_tried_again() -> None:
    loader = Loader()
    broken = [True]

    def load(entry: CatalogueEntry) -> Translator:
        if broken:
            broken.pop()
            raise RuntimeError("no memory")
        return FakeTranslator(entry)

    translator = Residency(load, budget_bytes=1).translator(ENTRIES[0], 10)
    with pytest.raises(RuntimeError):
        translator.translate(ONE)
    assert words(translator.translate(ONE)) == ["ሰላም~an"]
    assert loader.held == []


def test_a_closed_model_stays_closed() -> None:
    loader = Loader()
    translator = loader.residency(budget=5).translator(ENTRIES[0], 10)
    translator.translate(ONE)
    translator.close()
    translator.close()
    assert loader.held == []
    with pytest.raises(TranslatorClosed):
        translator.translate(ONE)


def test_a_model_that_was_dropped_can_return_and_its_old_place_counts_no_more() -> None:
    loader = Loader()
    residency = loader.residency(budget=10)
    first = residency.translator(ENTRIES[0], 10)
    first.close()
    again = residency.translator(ENTRIES[0], 10)
    assert words(again.translate(ONE)) == ["ሰላም~an"]
    first.close()
    assert words(again.translate(ONE)) == ["ሰላም~an"]
    assert (loader.loads, loader.most) == (2, 1)
    with pytest.raises(TranslatorClosed):
        first.translate(ONE)


def test_a_real_model_leaves_memory_when_it_rests_and_answers_the_same_when_it_is_back(tmp_path: Path) -> None:
    """MALGIL_MODEL_IDLE_S with CTranslate2 itself: no request fails, whenever the model was unloaded."""
    entry = write_tiny_model(tmp_path / "tiny")
    store, now, events = ModelStore(tmp_path), [0.0], []
    engines: list[CTranslate2Translator] = []

    def load(wanted: CatalogueEntry) -> Translator:
        engines.append(CTranslate2Translator(store.open(wanted), wanted, device="cpu"))
        return engines[-1]

    residency = Residency(load, idle_s=60, clock=lambda: now[0], heard=lambda event, _: events.append(event))
    translator = residency.translator(entry, store.open(entry).bytes)
    inputs = [TranslationInput(text, tag("an")) for text in SENTENCES]
    first = translator.translate(inputs)
    now[0] = 59
    residency.sweep()
    assert [each._translator.model_is_loaded for each in engines] == [True]
    now[0] = 120
    residency.sweep()
    assert [each._translator.model_is_loaded for each in engines] == [False]
    assert translator.translate(inputs) == first
    assert [each._translator.model_is_loaded for each in engines] == [False, True]
    with ThreadPoolExecutor(4) as callers:
        pending = [callers.submit(translator.translate, inputs) for _ in range(8)]
        for step in range(8):  # it is swept away between and beside requests
            now[0] += 1000 * step
            residency.sweep()
        assert all(each.result(30) == first for each in pending)
    assert set(events) == {"loaded", "unloaded"}
    translator.close()
