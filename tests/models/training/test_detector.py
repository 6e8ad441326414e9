"""The recipe of the language classifier: what it reads, what it draws, and that it learns."""

import random
import zipfile
from pathlib import Path

import pytest

from locales.ngrams import OTHER, stored
from models.training import detector
from models.training.detector import Corpus, Learner

GALICIAN = ["Os nenos da vila non saben onde está a biblioteca", "Hoxe está aberta para todos os veciños"]
CATALAN = ["Els nens del poble no saben on és la biblioteca", "Avui és oberta per a tots els veïns"]
TEXTS = {
    "gl": [Corpus(GALICIAN, 1.0, False)],
    "ca": [Corpus(CATALAN, 1.0, False), Corpus([*CATALAN[:1], *GALICIAN[:1]], 0.1, True)],
    OTHER: [Corpus(["Maktaba mpya ya kijiji iko wazi kila siku"], 1.0, False)],
}


@pytest.fixture(scope="module")
def learner() -> Learner:
    recipe = {"samples": 300, "other_samples": 300}
    samples = detector.draw(TEXTS, recipe, random.Random(1))
    found = Learner([*TEXTS], detector.candidates(samples))
    found.learn(samples, 0.6, 0.1)
    return found


def test_classifier_learns_and_its_file_says_the_same(learner: Learner, tmp_path: Path) -> None:
    detector.write(learner, tmp_path / "ngrams.npz")
    read = stored(tmp_path / "ngrams.npz")
    for tag, text in (("gl", "a biblioteca da vila"), ("ca", "la biblioteca del poble"), (OTHER, "maktaba ya kijiji")):
        shares = read.log_probabilities(text)
        assert max(shares, key=lambda each: shares[each]) == tag


def test_lines_in_another_language_are_left_out_of_noisy_corpora_only(learner: Learner) -> None:
    kept = detector.filtered(TEXTS, learner)
    assert kept["ca"][1].lines == CATALAN[:1]
    assert kept["gl"] == TEXTS["gl"]


def test_windows_are_stretches_of_the_lines_and_the_same_for_the_same_seed() -> None:
    drawn = [*detector.windows(TEXTS["ca"][:1], 50, random.Random(3))]
    assert drawn == [*detector.windows(TEXTS["ca"][:1], 50, random.Random(3))]
    plain = [window for window in drawn if any(window in line for line in CATALAN)]
    assert len(plain) > 40
    assert min(len(window.split()) for window in drawn) == 2


def test_declaration_and_language_pack_become_lines_without_markup(tmp_path: Path) -> None:
    page = "<html><title>x</title><h1>Declaració</h1><p>Tots els éssers humans</p><style>p {}</style>"
    (tmp_path / "cat.html").write_text(page, "utf-8")
    with zipfile.ZipFile(tmp_path / "langpack-ca@x.xpi", "w") as pack:
        ftl = "# comment\nsave = Desa els canvis de { $name }\n    .label = Obre una finestra nova\n-brand = Marca\n"
        pack.writestr("browser/a.ftl", ftl)
        pack.writestr("b.css", "x = Això no és un missatge")
    folders = {"UDHR": tmp_path, "PACKS": tmp_path}
    assert detector.read("UDHR/cat", folders) == ["Declaració", "Tots els éssers humans"]
    assert detector.read("PACKS/ca", folders) == ["Desa els canvis de", "Obre una finestra nova"]
