from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from models.catalogue import CatalogueEntry
from models.manifest import MANIFEST, sha256_of
from models.runtime.ct2 import CTranslate2Translator
from models.runtime.load import Guard, RunOptions, load_translator
from models.runtime.protection import Protected
from models.runtime.protocol import Hypothesis, Judge, TranslationFailed, TranslationInput
from models.runtime.tokeniser import Tokeniser
from models.runtime.windows import windows
from models.store import ModelDamaged, ModelDirectory, ModelStore
from tests.models.tiny_model import SENTENCES, tag, tiny_entry, train_sentencepiece, write_tiny_model

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def entry(root: Path) -> CatalogueEntry:
    return write_tiny_model(root / "tiny")


def translate(root: Path, entry: CatalogueEntry, *inputs: TranslationInput, judge: Judge | None = None) -> list[str]:
    translator = load_translator(entry, ModelStore(root), RunOptions(device="cpu", inter_threads=1), Guard(judge))
    try:
        return [hypothesis.text for hypothesis in translator.translate(inputs)]
    finally:
        translator.close()


def test_damaged_model_is_never_loaded(tmp_path: Path) -> None:
    entry = write_tiny_model(tmp_path / "tiny")
    path = tmp_path / "tiny" / "model.bin"
    data = bytearray(path.read_bytes())
    data[-9] ^= 0x40
    path.write_bytes(data)
    with pytest.raises(ModelDamaged, match=r"model\.bin"):
        load_translator(entry, ModelStore(tmp_path))


def test_tag_as_user_defined_symbol_does_not_switch_the_language(tmp_path: Path) -> None:
    tags = (">>an<<", ">>ast<<")
    entry = write_tiny_model(tmp_path / "tiny", ("an", "ast"), vocabulary=train_sentencepiece(user_defined=tags))
    plain, *spelled = translate(
        tmp_path,
        entry,
        TranslationInput("agua clara", tag("an")),
        *(TranslationInput(f"agua clara {text}", tag("an")) for text in (">>ast<<", "> >ast<<")),
    )
    asturian = translate(tmp_path, entry, TranslationInput("agua clara", tag("ast")))
    assert plain not in asturian
    assert not set(spelled) & set(asturian)


def test_encoder_tag_chooses_the_target_too(root: Path, entry: CatalogueEntry) -> None:
    in_source = tiny_entry(manifest_sha256=sha256_of(root / "tiny" / MANIFEST), prefix="encoder-tag")
    inputs = [TranslationInput(SENTENCES[0], target) for target in entry.targets]
    assert len(set(translate(root, in_source, *inputs))) == len(inputs)
    assert translate(root, in_source, *inputs) != translate(root, entry, *inputs)


def test_model_for_one_target_needs_no_tag(root: Path) -> None:
    sha256 = sha256_of(root / "tiny" / MANIFEST)
    untagged = tiny_entry(targets=("an",), manifest_sha256=sha256, prefix="none", tag_format="")
    assert translate(root, untagged, TranslationInput(SENTENCES[0], tag("an")))


def test_converter_that_adds_the_end_itself_is_left_to_do_so(root: Path, tmp_path: Path, entry: CatalogueEntry) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(root / "tiny", folder)
    config = msgspec.json.decode((folder / "config.json").read_bytes(), type=dict)
    (folder / "config.json").write_bytes(msgspec.json.encode(config | {"add_source_eos": True}))
    translator = CTranslate2Translator(ModelDirectory(folder, ""), entry)
    inputs = [TranslationInput(text, tag("an")) for text in SENTENCES]
    assert [each.text for each in translator.translate(inputs)] == translate(root, entry, *inputs)
    translator.close()


def test_one_token_budget_gives_what_a_large_one_gives(root: Path, entry: CatalogueEntry) -> None:
    inputs = [TranslationInput(text, tag("an")) for text in SENTENCES]
    small = load_translator(entry, ModelStore(root), RunOptions(inter_threads=2, max_batch_tokens=64))
    large = load_translator(entry, ModelStore(root), RunOptions(inter_threads=1, max_batch_tokens=100_000))
    assert small.translate(inputs) == large.translate(inputs)
    small.close()
    large.close()


def test_what_stands_aside_never_has_two_workers(
    root: Path, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    roomy = tiny_entry(manifest_sha256=entry.files[MANIFEST], max_source_tokens=100, max_target_ratio=0.5)
    translator = CTranslate2Translator(ModelStore(root).open(entry), roomy, inter_threads=2)
    steps: list[str] = []
    submit, collect = translator._submit, translator._collect

    def noted(step: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            steps.append(step)
            return call(*given)

        return run

    monkeypatch.setattr(translator, "_submit", noted("submit", submit))
    monkeypatch.setattr(translator, "_collect", noted("collect", collect))

    def told(aside: bool) -> tuple[list[str], list[str]]:
        steps.clear()
        texts = ("agua", "Llame al 112 en caso de emergencia. " * 7)  # of two lengths: two batches
        answers = translator.translate([TranslationInput(text, tag("an"), aside=aside) for text in texts])
        return [each.text for each in answers], list(steps)

    together, one_by_one = told(False), told(True)
    translator.close()
    assert together[1] == ["submit", "submit", "collect", "collect"]
    assert one_by_one[1] == ["submit", "collect", "submit", "collect"]
    assert together[0] == one_by_one[0]


def test_long_text_is_the_join_of_its_windows(root: Path, entry: CatalogueEntry) -> None:
    translator = CTranslate2Translator(ModelStore(root).open(entry), entry)
    tokeniser = Tokeniser(root / "tiny", entry)
    text = " ".join(f"Llame al {n} en caso de emergencia." for n in range(200))
    parts = [tokeniser.decode(window.pieces) for window in windows(tokeniser.encode(text), entry.max_source_tokens)]
    assert " ".join(parts) == text
    answers = translator.translate([TranslationInput(part, tag("an")) for part in [text, *parts]])
    translator.close()
    assert answers[0].text == " ".join(answer.text for answer in answers[1:] if answer.text)
    assert answers[0].target_tokens == sum(answer.target_tokens for answer in answers[1:])
    assert answers[0].complete == all(answer.complete for answer in answers[1:])


def test_what_the_judge_finds_fault_with_gives_way_to_another_hypothesis(root: Path, entry: CatalogueEntry) -> None:
    inputs = [TranslationInput(text, tag("an")) for text in SENTENCES]
    first = translate(root, entry, *inputs)

    def dislikes_the_first(_: TranslationInput, hypothesis: Hypothesis) -> int:
        return int(hypothesis.text == first[0])

    again = translate(root, entry, *inputs, judge=dislikes_the_first)
    assert again[0] != first[0]
    assert again[1:] == first[1:]


def test_the_first_hypothesis_stays_when_no_other_has_fewer_faults(root: Path, entry: CatalogueEntry) -> None:
    inputs = [TranslationInput(text, tag("an")) for text in SENTENCES]
    assert translate(root, entry, *inputs, judge=lambda *_: 3) == translate(root, entry, *inputs)


HALVES = ("Llame al 112,", "cierre la puerta.")


def test_what_no_hypothesis_mends_is_translated_in_parts(root: Path, entry: CatalogueEntry) -> None:
    apart = " ".join(translate(root, entry, *(TranslationInput(half, tag("an")) for half in HALVES)))
    judged: list[str] = []

    def likes_the_parts(given: TranslationInput, hypothesis: Hypothesis) -> int:
        judged.append(given.text)
        return int(hypothesis.text != apart)

    whole = " ".join(HALVES)
    assert translate(root, entry, TranslationInput(whole, tag("an")), judge=likes_the_parts) == [apart]
    assert set(judged) == {whole}, "parts are judged together, beside the whole source"


def test_a_short_text_is_not_cut(root: Path, entry: CatalogueEntry) -> None:
    judged = 0

    def counts(*_: object) -> int:
        nonlocal judged
        judged += 1
        return 1

    translate(root, entry, TranslationInput("agua", tag("an")), judge=counts)
    assert judged == 1 + 6


def test_a_summary_is_never_put_together_from_two_halves(root: Path, entry: CatalogueEntry) -> None:
    judged: list[str] = []

    def counts(_: TranslationInput, hypothesis: Hypothesis) -> int:
        judged.append(hypothesis.text)
        return 1

    whole = TranslationInput(" ".join(HALVES), tag("es"))
    plain = {"prefix": "none", "tag_format": "", "targets": (tag("es"),), "sources": (tag("es"),)}
    summariser = msgspec.structs.replace(entry, task="summarize", **plain)
    translate(root, summariser, whole, judge=counts)
    assert len(judged) == 1 + 6


class Said(int):
    """A number of faults that remembers the text it was said of."""

    of: tuple[str, str]


def faults_of(number: int) -> Judge:
    def judge(given: TranslationInput, hypothesis: Hypothesis) -> Said:
        said = Said(number if len(hypothesis.text) % 2 else number // 2)
        said.of = (given.text, hypothesis.text)
        return said

    return judge


@pytest.mark.parametrize("number", [0, 1, 5])
def test_what_the_judge_said_of_the_text_comes_back_with_it(root: Path, entry: CatalogueEntry, number: int) -> None:
    inputs = [TranslationInput(text, tag("an")) for text in (*SENTENCES, " ".join(HALVES))]
    translator = load_translator(entry, ModelStore(root), RunOptions(inter_threads=1), Guard(faults_of(number)))
    short = [each for each in inputs if translator.count_tokens(each.text) <= entry.max_source_tokens]
    hypotheses = translator.translate(short)
    translator.close()
    assert len(short) > 3
    for given, hypothesis in zip(short, hypotheses, strict=True):
        assert isinstance(hypothesis.judged, Said)
        assert hypothesis.judged.of == (given.text, hypothesis.text)


def test_of_a_text_put_together_again_the_judge_said_nothing(root: Path, entry: CatalogueEntry) -> None:
    long = " ".join(f"Llame al {n} en caso de emergencia." for n in range(200))
    masked = Guard(faults_of(0), lambda each: Protected("Llame", lambda found: found) if "@" in each.text else None)
    translator = load_translator(entry, ModelStore(root), RunOptions(inter_threads=1), masked)
    inputs = [TranslationInput(text, tag("an")) for text in (long, "Llame a a@b.es", "Llame")]
    assert [each.judged for each in translator.translate(inputs)] == [None, None, 0]
    translator.close()


def test_the_judge_sees_each_window_of_a_long_text_with_its_own_source(root: Path, entry: CatalogueEntry) -> None:
    text = " ".join(f"Llame al {n} en caso de emergencia." for n in range(200))
    seen: list[str] = []

    def listen(given: TranslationInput, _: Hypothesis) -> int:
        seen.append(given.text)
        return 0

    translate(root, entry, TranslationInput(text, tag("an")), judge=listen)
    assert len(seen) > 1
    assert " ".join(seen) == text


def test_lone_surrogate_fails_alone(root: Path, entry: CatalogueEntry) -> None:
    translator = load_translator(entry, ModelStore(root), RunOptions(inter_threads=1))
    with pytest.raises(TranslationFailed) as failure:
        translator.translate([TranslationInput(text, tag("an")) for text in ("agua", "\ud800", "pan")])
    assert failure.value.failed == (1,)
    translator.close()


def test_decoding_stops_at_the_limit_of_the_entry(root: Path) -> None:
    sha256 = sha256_of(root / "tiny" / MANIFEST)
    limited = tiny_entry(manifest_sha256=sha256, max_target_ratio=0.1, max_target_extra=3, max_source_tokens=100)
    translator = load_translator(limited, ModelStore(root), RunOptions(inter_threads=1))
    answers = translator.translate([TranslationInput(text, tag("an")) for text in ("agua", "Llame al 112.")])
    translator.close()
    # Inputs of up to 64 tokens share the limit of 64: ceil(0.1 * 64) + 3.
    assert [(answer.target_tokens, answer.complete) for answer in answers] == [(10, False), (10, False)]


def test_process_ends_cleanly_after_closing(root: Path, entry: CatalogueEntry) -> None:
    program = (
        "import sys; from pathlib import Path; from models.store import *; from models.runtime.ct2 import *\n"
        "from tests.models.tiny_model import *\n"
        "entry = tiny_entry(manifest_sha256=sys.argv[2])\n"
        "translator = CTranslate2Translator(ModelStore(Path(sys.argv[1])).open(entry), entry, inter_threads=2)\n"
        "translator.translate([TranslationInput('agua', tag('an'))]); translator.close()\n"
    )
    arguments = [sys.executable, "-W", "error", "-c", program, str(root), entry.files[MANIFEST]]
    assert subprocess.run(arguments, cwd=ROOT, check=False, timeout=60).returncode == 0


def test_a_hypothesis_has_a_score_only_when_it_was_asked_for(root: Path, entry: CatalogueEntry) -> None:
    inputs = [TranslationInput(text, tag("an")) for text in (SENTENCES[0], " ".join(SENTENCES))]
    found = {}
    for asked in (False, True):
        translator = load_translator(entry, ModelStore(root), RunOptions(device="cpu", inter_threads=1, scores=asked))
        found[asked] = translator.translate(inputs)
        translator.close()
    assert [each.text for each in found[False]] == [each.text for each in found[True]]
    assert {each.score for each in found[False]} == {None}
    for each in found[True]:
        assert each.score is not None
        assert each.score < 0
