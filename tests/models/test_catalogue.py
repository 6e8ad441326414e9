from __future__ import annotations

import time
from pathlib import Path

import pytest

from models.catalogue import Catalogue, CatalogueError, LanguagePair
from models.public import public_model
from tests.models.tiny_model import tag, tiny_entry

ENTRY = """
[[models]]
id = "tiny"
version = "0.0.1"
sources = ["es"]
targets = ["an", "oc-aranes"]
licence = "CC0-1.0"
commercial_use = true
parameters = 12
path = "bundled:tiny"
tokeniser = "sentencepiece"
prefix = "decoder-tag"
tag_format = ">>{target}<<"
max_source_tokens = 160
max_target_ratio = 2.0
max_target_extra = 16
beam_size = 1
card = "tiny.md"
[models.files]
"manifest.json" = "%s"
""" % ("ab" * 32)


@pytest.fixture
def load(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(text: str) -> Catalogue:
        path = tmp_path / "catalogue.toml"
        path.write_text(text, encoding="utf-8")
        return Catalogue.load(path)

    return write


def test_shipped_catalogue_serves_the_iberian_languages() -> None:
    catalogue = Catalogue.load()
    entry = catalogue.find(tag("es"), tag("an"))
    assert entry is not None
    assert entry.reference.startswith("es-ibero@")
    neighbours = tuple(map(tag, ("an", "ast", "oc", "oc-aranes", "ca", "ca-valencia", "gl", "sc")))
    assert catalogue.sources() == (tag("es"), *neighbours)
    assert catalogue.targets(tag("es")) == neighbours
    assert {catalogue.targets(each) for each in neighbours} == {(tag("es"),)}
    assert LanguagePair(tag("es"), tag("ca-valencia")) in catalogue.pairs()


def test_no_related_language_stands_in() -> None:
    catalogue = Catalogue.load()
    assert catalogue.find(tag("es"), tag("eu")) is None
    assert catalogue.find(tag("ca"), tag("an")) is None
    assert catalogue.targets(tag("eu")) == ()


def test_first_entry_of_a_pair_wins(load) -> None:  # type: ignore[no-untyped-def]
    catalogue = load(ENTRY + ENTRY.replace('"tiny"', '"other"'))
    assert catalogue.find(tag("es"), tag("an")) is catalogue.entry("tiny")
    assert len(catalogue.pairs()) == 2
    with pytest.raises(KeyError):
        catalogue.entry("absent")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("parameters = 12", 'parameters = "12"', r"'tiny'.*parameters"),
        ("parameters = 12", "", r"'tiny'.*parameters"),
        ("beam_size = 1", "beam_size = 1\nbeams = 2", r"'tiny'.*beams"),
        ("beam_size = 1", "beam_size = 0", r"'tiny'.*beam_size"),
        ('path = "bundled:tiny"', 'path = "bundled:../tiny"', r"'tiny'.*path"),
        ('path = "bundled:tiny"', 'path = "https://example.org/tiny"', r"'tiny'.*path"),
        ('prefix = "decoder-tag"', 'prefix = "tag"', r"'tiny'.*prefix"),
        ('prefix = "decoder-tag"', 'prefix = "none"', r"'tiny'.*several targets"),
        ('">>{target}<<"', '">>target<<"', r"'tiny'.*tag_format"),
        ('"oc-aranes"', '"Aranese"', r"'tiny'.*targets.*Aranese"),
        ('"oc-aranes"', '"arn_Latn"', r"'tiny'.*targets.*'oc-aranes'"),
        ('"oc-aranes"', '"an"', r"'tiny'.*targets.*twice"),
        ("ab" * 32, "AB" * 32, r"'tiny'.*files"),
        ('"manifest.json"', '"../manifest.json"', r"'tiny'.*files"),
        ('id = "tiny"', 'id = "Tiny Model"', r"'Tiny Model'.*id"),
        ("[[models]]", "[[model]]", r"unknown table 'model'"),
        ("[[models]]", "[[models]", r"catalogue.toml"),
    ],
)
def test_fault_is_named_with_entry_and_field(load, old: str, new: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CatalogueError, match=said):
        load(ENTRY.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "models = 1", "models = [1]"])
def test_catalogue_without_models_is_refused(load, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CatalogueError):
        load(text)


def test_id_used_twice_is_refused(load) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CatalogueError, match="twice"):
        load(ENTRY + ENTRY)


def test_missing_catalogue_is_a_catalogue_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"catalogue\.toml"):
        Catalogue.load(tmp_path / "catalogue.toml")


@pytest.mark.parametrize(
    "change",
    [
        {"files": {"manifest.json": "1" * 64}},
        {"files": {"model.bin": "0" * 64}},
        {"tag_format": "<2{target}>"},
        {"prefix": "encoder-tag"},
        {"max_source_tokens": 23},
        {"max_target_ratio": 1.25},
        {"max_target_extra": 9},
        {"beam_size": 2},
        {"codes": {"an": "arg_Latn"}},
        {"instruction": "translate: "},
        {"source_start": "<s>"},
        {"target_start": "<s>"},
        {"no_repeat_ngram": 3},
    ],
)
def test_digest_changes_with_whatever_changes_the_answer(change: dict[str, object]) -> None:
    assert tiny_entry(**change).digest != tiny_entry().digest  # type: ignore[arg-type]


def test_digest_does_not_change_with_the_card_or_the_order_of_files() -> None:
    files = {"a": "1" * 64, "b": "2" * 64}
    first = tiny_entry(files=files, card="one.md")
    second = tiny_entry(files=dict(reversed(files.items())), card="two.md")
    assert first.digest == second.digest


def test_target_limit_follows_the_source() -> None:
    entry = tiny_entry(max_target_ratio=1.5, max_target_extra=8)
    assert [entry.target_limit(n) for n in (0, 1, 10)] == [8, 10, 23]


def test_summaries_are_no_translations_and_a_language_is_not_its_own_target(load) -> None:  # type: ignore[no-untyped-def]
    summary = ENTRY.replace('id = "tiny"', 'id = "summary"\ntask = "summarize"').replace('["an', '["es", "an')
    both = ENTRY.replace('["es"]', '["es", "an"]')
    catalogue = load(summary + both)
    assert catalogue.find(tag("es"), tag("an")).id == "tiny"
    assert catalogue.find(tag("an"), tag("an")) is None
    assert catalogue.find(tag("es"), tag("es")) is None
    assert [f"{pair.source} {pair.target}" for pair in catalogue.pairs()] == ["es an", "es oc-aranes", "an oc-aranes"]
    assert catalogue.sources() == ("es", "an")


def test_installed_models_follow_the_bundled_ones(tmp_path: Path) -> None:
    (tmp_path / "catalogue.toml").write_text(ENTRY, encoding="utf-8")
    installed = tmp_path / "installed"
    assert len(Catalogue.load(tmp_path / "catalogue.toml", extra=installed).entries) == 1
    installed.mkdir()
    for name in ("zulu", "arabic"):
        (installed / f"{name}.toml").write_text(ENTRY.replace('"tiny"', f'"{name}"'), encoding="utf-8")
    (installed / "arabic.md").write_text("# a card", encoding="utf-8")
    entries = Catalogue.load(tmp_path / "catalogue.toml", extra=installed).entries
    assert [entry.id for entry in entries] == ["tiny", "arabic", "zulu"]


def test_installed_model_cannot_take_the_name_of_another(tmp_path: Path) -> None:
    for name in ("catalogue", "mine"):
        (tmp_path / f"{name}.toml").write_text(ENTRY, encoding="utf-8")
    folder = tmp_path / "installed"
    folder.mkdir()
    (tmp_path / "mine.toml").rename(folder / "mine.toml")
    with pytest.raises(CatalogueError, match=r"mine\.toml.*'tiny'.*twice, first in catalogue\.toml"):
        Catalogue.load(tmp_path / "catalogue.toml", extra=folder)


def test_two_hundred_languages_are_listed_at_once() -> None:
    model = public_model("nllb-200-distilled-600m")
    catalogue = Catalogue((model.entry(version="1.0.0", files={"manifest.json": "0" * 64}),))
    began = time.perf_counter()
    assert sum(len(catalogue.targets(source)) for source in catalogue.sources()) == len(catalogue.pairs()) == 201 * 200
    assert time.perf_counter() - began < 2
