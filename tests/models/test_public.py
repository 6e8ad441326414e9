from __future__ import annotations

from pathlib import Path

import pytest

from models.catalogue import CatalogueError
from models.checkpoint import ARCHITECTURES
from models.public import PublicModel, public_model, public_models
from tests.models.tiny_model import tag

MODEL = """
[[models]]
id = "tiny"
hub = "someone/tiny"
revision = "%s"
licence = "CC0-1.0"
commercial_use = true
parameters = 12
int8_megabytes = 1
architecture = "m2m_100"
tokeniser = "sentencepiece"
codes = "swh_Latn gaz_Latn arn_Latn"
prefix = "both-tags"
tag_format = "{target}"
max_source_tokens = 256
max_target_ratio = 2.0
max_target_extra = 16
""" % ("0" * 40)


def read(folder: Path, text: str) -> tuple[PublicModel, ...]:
    path = folder / "public_models.toml"
    path.write_text(text, encoding="utf-8")
    return public_models(path)


def test_code_of_the_model_becomes_the_tag_of_people(tmp_path: Path) -> None:
    [model] = read(tmp_path, MODEL)
    assert dict(model.languages) == {"sw": "swh_Latn", "om": "gaz_Latn", "oc-aranes": "arn_Latn"}


@pytest.mark.parametrize(
    ("model_id", "language", "token"),
    [
        ("nllb-200-distilled-600m", "om", "gaz_Latn"),
        ("nllb-200-distilled-600m", "ne", "npi_Deva"),
        ("nllb-200-distilled-600m", "mg", "plt_Latn"),
        ("nllb-200-distilled-600m", "sq", "als_Latn"),
        ("nllb-200-distilled-600m", "mn", "khk_Cyrl"),
        ("nllb-200-distilled-600m", "am", "amh_Ethi"),
        ("nllb-200-3.3b", "zh-Hant", "zho_Hant"),
        ("m2m100-418m", "nso", "__ns__"),
        ("m2m100-418m", "yo", "__yo__"),
        ("small-100", "ha", "__ha__"),
        ("mbart-50-many", "xh", "xh_ZA"),
        ("mbart-50-many", "en", "en_XX"),
        ("madlad-400-3b", "ti", "<2ti>"),
    ],
)
def test_code_traps(model_id: str, language: str, token: str) -> None:
    entry = public_model(model_id).entry(version="1.0.0", files={"manifest.json": "0" * 64})
    assert entry.tag(tag(language)) == token


def test_every_shipped_model_gives_a_sound_entry() -> None:
    models = public_models()
    assert len(models) >= 20
    for model in models:
        entry = model.entry(version="1.0.0", files={"manifest.json": "0" * 64})
        assert entry.path == f"store:{model.id}"
        assert entry.commercial_use == model.commercial_use
        assert model.limits, f"{model.id} has no known limits, which nobody believes"


def test_every_pinned_commit_says_where_it_was_seen() -> None:
    models = public_models()
    assert len([each for each in models if each.revision]) >= 18
    for model in models:
        assert bool(model.revision) == bool(model.revision_seen), model.id
        assert model.revision or not model.pickled, model.id
    assert {each.revision for each in models if each.hub == "google/flan-t5-base"} == {
        "7bcac572ce56db69c1ea7c8af255c5d7c9672fc2"
    }


def test_every_model_has_published_quality_or_says_that_none_is_on_record() -> None:
    for model in public_models():
        assert bool(model.quality) != any("no published score" in limit for limit in model.limits), model.id


def test_tokeniser_of_every_model_is_that_of_its_architecture() -> None:
    for model in public_models():
        assert ARCHITECTURES[model.architecture].kind == model.tokeniser, model.id


def test_non_commercial_licences_are_marked() -> None:
    for model in public_models():
        assert not (model.commercial_use and ("-NC" in model.licence or model.licence == "unknown")), model.id


def test_models_that_answer_in_the_language_of_the_text_need_no_tag() -> None:
    model = public_model("mt5-xlsum")
    assert (model.task, model.prefix) == ("summarize", "none")
    assert {"ha", "yo", "am", "sw"} <= set(model.served_targets)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("parameters = 12", 'parameters = "12"', r"'tiny'.*parameters"),
        ('licence = "CC0-1.0"', "", r"'tiny'.*licence"),
        ("parameters = 12", "parameters = 12\nstars = 5", r"'tiny'.*stars"),
        ("0" * 40, "main", r"'tiny'.*revision"),
        ('"someone/tiny"', '"../tiny"', r"'tiny'.*hub"),
        ('"m2m_100"', '"bergamot"', r"'tiny'.*architecture"),
        ('"swh_Latn gaz_Latn', '"swh_Latn swa_Latn gaz_Latn', r"'tiny'.*'swh_Latn' and 'swa_Latn' are both 'sw'"),
        ('"swh_Latn gaz_Latn', '"swh_Latn Klingonish', r"'tiny'.*'Klingonish'.*name it in tags"),
        ('prefix = "both', 'sources = ["yo"]\nprefix = "both', r"'tiny'.*sources.*'yo'"),
        ('prefix = "both', 'tags = { sw = "sw" }\nprefix = "both', r"'tiny'.*tags.*'sw'"),
        ('prefix = "both', 'tags = { swh_Latn = "swh" }\nprefix = "both', r"'tiny'.*must be written 'sw'"),
        ('"both-tags"', '"none"', r"'tiny'.*several targets"),
        ('"{target}"', '"{language}"', r"'tiny'.*tag_format"),
    ],
)
def test_fault_is_named_with_model_and_field(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        read(tmp_path, MODEL.replace(old, new, 1))


def test_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="twice"):
        read(tmp_path, MODEL + MODEL)


def test_model_nobody_listed_is_unknown() -> None:
    with pytest.raises(KeyError):
        public_model("gpt-9")


def test_example_of_the_howto_is_sound(tmp_path: Path) -> None:
    howto = (Path(__file__).parents[2] / "docs" / "howto" / "add-a-model.md").read_text(encoding="utf-8")
    [model] = read(tmp_path, howto.partition("```toml\n")[2].partition("```")[0])
    assert model.served_targets == (tag("so"),)
