from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from locales.unpacked import identifier

TEXTS = (
    "La biblioteca municipal abre todos los días a las nueve.",
    "Библиотека открывается в девять часов утра.",
    "ቤተ መጻሕፍቱ በሦስት ሰዓት ይከፈታል።",
    "図書館は九時に開きます。",
    "ok",
)


@pytest.fixture(scope="module")
def packed() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cache")
    identifier(made)
    return made


def ranked(one: LanguageIdentifier) -> list[list[tuple[str, float]]]:
    return [one.rank(text) for text in TEXTS]


def test_tables_unpacked_on_disk_say_what_the_packed_ones_say(cache: Path, packed: LanguageIdentifier) -> None:
    again = identifier(cache)
    assert isinstance(again.nb_ptc, np.memmap)
    assert ranked(again) == ranked(packed)


def test_what_another_process_unpacked_meanwhile_is_used(
    cache: Path, packed: LanguageIdentifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    assert ranked(identifier(cache)) == ranked(packed)
    assert len(list(cache.iterdir())) == 1


def test_a_folder_nobody_may_write_to_keeps_nobody_from_detecting(tmp_path: Path, packed: LanguageIdentifier) -> None:
    (tmp_path / "file").write_text("no folder")
    assert ranked(identifier(tmp_path / "file")) == ranked(packed)


@pytest.mark.parametrize("damage", ["cut", "gone", "of another model"])
def test_damaged_tables_are_not_used(cache: Path, tmp_path: Path, packed: LanguageIdentifier, damage: str) -> None:
    [made] = cache.iterdir()
    own = tmp_path / made.name
    own.mkdir()
    for file in made.iterdir():
        (own / file.name).symlink_to(file)
    moves = own / "moves.npy"
    moves.unlink()
    if damage == "cut":
        moves.write_bytes((made / "moves.npy").read_bytes()[:1000])
    elif damage == "of another model":
        moves.symlink_to(made / "moves.npy")
        (own / "classes.json").unlink()
        (own / "classes.json").write_text('["es"]')
    found = identifier(tmp_path)
    assert not isinstance(found.nb_ptc, np.memmap)
    assert found.rank(TEXTS[0]) == packed.rank(TEXTS[0])


def test_the_folder_is_that_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    identifier()
    assert [each.name for each in (tmp_path / ".cache" / "malgil").iterdir()]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    identifier()
    assert [each.name for each in (tmp_path / "other" / "malgil").iterdir()]
