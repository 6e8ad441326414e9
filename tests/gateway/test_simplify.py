"""POST /v1/simplify and `malgil simplify`: the same simplification at both doors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.segments import DirectSegments
from gateway.translation import Limits, Translation
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationInput
from tests.gateway.test_app import ENTRY, app_around, ask, working_app
from tests.gateway.test_cli import malgil, plain_environment
from tests.models.tiny_model import tiny_entry

__all__ = ["plain_environment"]

TEXT = "Debe efectuar el pago de 12,50 euros con anterioridad al 14/03/2026. Traiga el DNI."


def simplified(text: str | list[str] = TEXT, headers: dict[str, str] | None = None, **options: Any) -> Any:
    body = {"text": text, "source": "es", **options}
    return ask(working_app(), path="/v1/simplify", json=body, headers=headers or {})


def test_answer_stands_beside_its_original_and_says_that_nobody_reviewed_it() -> None:
    [result] = simplified().json()["results"]
    assert result["text"] == (
        "Debe pagar 12,50 euros antes del 14/03/2026. Traiga el documento nacional de identidad (DNI)."
    )
    assert (result["original"], result["reviewed"], result["strategy"]) == (TEXT, False, "rules")
    assert result["label"] == {"text": "Simplificación automática: nadie la ha revisado", "lang": "es"}
    assert (result["lang"], result["dir"], result["source"], result["level"]) == ("es", "ltr", "es", "plain")
    assert result["guard"] == {"coverage": "full", "checked": 1, "reverted": 0, "flags": []}
    assert result["warnings"] == []
    assert [fact["kind"] for fact in result["key_facts"]] == ["action", "action", "deadline", "money"]
    assert result["key_fact_box"].startswith("Datos importantes\nQué hay que hacer:\n- Debe pagar 12,50 euros")
    assert {change["kind"] for change in result["changes"]} == {"phrase", "abbreviation"}
    assert set(result["readability"]["after"]["scores"]) == {"inflesz", "fernandez_huerta"}


def test_level_glossary_and_several_texts() -> None:
    results = simplified(
        ["La renta es fija. No cambia.", "Hola."], level="simple", glossary={"renta": "lo que se paga por la casa"}
    ).json()["results"]
    assert [each["text"] for each in results] == [
        "La renta es fija.\n(renta: lo que se paga por la casa)\nNo cambia.",
        "Hola.",
    ]
    assert results[0]["definitions"] == [{"term": "renta", "meaning": "lo que se paga por la casa", "sentence": 0}]


def test_the_result_comes_in_the_forms_asked_for() -> None:
    [result] = simplified(outputs=["html", "plain", "ssml"], options={"ssml": {"dialect": "polly"}}).json()["results"]
    made = result["outputs"]
    assert list(made) == ["html", "plain", "ssml"]
    assert 'lang="es" dir="ltr"' in made["html"]["content"]
    assert "Debe pagar 12,50 euros antes del 14/03/2026." in made["plain"]["content"].splitlines()
    assert "documento nacional de identidad" in made["ssml"]["content"]
    assert simplified().json()["results"][0]["outputs"] == {}


def test_an_enumeration_is_a_list_in_every_form() -> None:
    text = "Traiga los siguientes documentos: el DNI, dos fotos, el contrato y el recibo. La oficina abre a las <9:00>."
    [result] = simplified(text, level="simple", outputs=["html", "plain"]).json()["results"]
    assert "list" in {change["kind"] for change in result["changes"]}
    html = result["outputs"]["html"]["content"]
    assert html.count("<li>") == 4
    assert "&lt;9:00&gt;" in html
    assert "Traiga los siguientes documentos:" in result["outputs"]["plain"]["content"]


def test_an_output_that_cannot_be_made_fails_the_whole_request() -> None:
    refused = simplified(outputs=["sms"], options={"sms": {"max_parts": 1}}, text=TEXT * 10)
    assert (refused.status_code, refused.json()["code"]) == (422, "output_too_long")


def test_language_is_detected_and_a_long_sentence_said_to_be_hard() -> None:
    text = (
        "The family that lives in the town and that asked for the money in the summer months can bring the papers now."
    )
    [result] = simplified(text, source=None, headers={"Accept-Language": "fr"}).json()["results"]
    assert result["lang"] == "en"
    assert [(each["code"], each["severity"]) for each in result["warnings"]][:1] == [("still_hard", "low")]
    assert result["warnings"][0]["message"].startswith("Le texte reste difficile")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"source": "am"}, 422, "simplification_not_served"),
        ({"source": "zz-zz-zz"}, 422, "unknown_language"),
        ({"text": " "}, 422, "text_empty"),
        ({"text": "x" * 2000}, 413, "text_too_long"),
        ({"level": "easy"}, 422, "invalid_field"),
        ({"outputs": ["hologram"]}, 422, "invalid_field"),
        ({"max_words": 2}, 422, "invalid_field"),
        ({"glossary": {"—": "raya"}}, 422, "invalid_field"),
        ({"target": "en"}, 422, "unknown_field"),
    ],
)
def test_what_cannot_be_simplified_is_a_clear_error(change: dict[str, Any], status: int, code: str) -> None:
    answer = simplified(**{"text": TEXT, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_refusal_names_the_languages_in_the_language_of_the_reader() -> None:
    problem = simplified("ቤተ መጻሕፍቱ ይዘጋል።", {"Accept-Language": "gl"}, source="am").json()
    assert problem["message"] == "Non hai regras de linguaxe clara para o idioma «amhárico»."
    assert "asturiano, catalán, inglés, español, francés, galego, portugués" in problem["help"]
    assert problem["available"] == ["ast", "ca", "en", "es", "fr", "gl", "pt"]


class Rewriting(FakeTranslator):
    """Says every sentence shorter, and once forgets the "no" in it."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        return [Hypothesis(NEW.get(each.text, each.text), each.text != "Es corto.", 1, 1) for each in inputs]


NEW = {
    "El ayuntamiento procederá al cierre del parque.": "El ayuntamiento cerrará el parque.",
    "No se podrá entrar.": "Se podrá entrar.",
    "Es corto.": "Es",
}
WRITER = tiny_entry("simpler", ("es",), task="simplify", prefix="none", tag_format="")


@pytest.mark.parametrize("strategy", ["model", "both"])
def test_a_model_rewrites_behind_the_guard_and_is_named(strategy: str) -> None:
    catalogue = Catalogue((ENTRY, WRITER))
    segments = DirectSegments({WRITER.reference: Rewriting(WRITER)})
    app = app_around(Translation(catalogue, segments, Limits(10, 1000)))
    body = {"text": " ".join(NEW), "source": "es", "strategy": strategy}
    [result] = ask(app, path="/v1/simplify", json=body).json()["results"]
    assert result["text"] == "El ayuntamiento cerrará el parque. No se podrá entrar. Es corto."
    assert (result["strategy"], result["model"], result["licence"]) == (strategy, WRITER.reference, WRITER.licence)
    assert [change["kind"] for change in result["changes"]] == ["model"]
    assert (result["guard"]["checked"], result["guard"]["reverted"]) == (2, 1)
    [untouched] = ask(app, path="/v1/simplify", json=body | {"text": "No se podrá entrar."}).json()["results"]
    assert (untouched["text"], untouched["model"]) == ("No se podrá entrar.", None)


def test_a_model_that_is_not_served_is_a_clear_error() -> None:
    problem = simplified(strategy="model", headers={"Accept-Language": "pt"})
    assert (problem.status_code, problem.json()["code"]) == (422, "simplifier_not_served")
    assert "espanhol" in problem.json()["message"]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "letter.txt"
    file.write_text(TEXT, "utf-8")
    return file


def test_a_file_is_simplified_with_its_facts_first(letter: Path) -> None:
    result = malgil("simplify", letter, "--from", "es", "--level", "simple", "--facts")
    assert result.exit_code == 0
    assert result.stdout.startswith("Datos importantes\n")
    assert result.stdout.endswith(
        "\n\nDebe pagar 12,50 euros antes del 14/03/2026.\nTraiga el documento nacional de identidad (DNI).\n"
    )
    assert "nobody has reviewed it" in result.stderr


def test_full_answer_as_json_and_a_refusal(letter: Path) -> None:
    answer = json.loads(malgil("simplify", letter, "--from", "es", "--json").stdout)
    assert (answer["label"], answer["reviewed"], answer["guard"]["reverted"]) == ("automatic", False, 0)
    refused = malgil("simplify", letter, "--from", "am")
    assert refused.exit_code == 1
    assert "es" in refused.stderr


def test_a_glossary_and_a_file_to_write_on_the_command_line(letter: Path, tmp_path: Path) -> None:
    glossary, written = tmp_path / "terms.tsv", tmp_path / "plain.txt"
    glossary.write_text("pago\tdinero que\u202e se entrega\n\n", "utf-8")
    given = ("simplify", letter, "--from", "es", "--level", "simple", "--guard", "normal")
    result = malgil(*given, "--glossary", glossary, "-o", written)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "12,50 euros" in written.read_text("utf-8")
    letter.write_text("Los pagos son fijos.\n", "utf-8")
    explained = malgil(*given, "--glossary", glossary)
    assert "(pagos: dinero que se entrega)" in explained.stdout
    glossary.write_text("pago: dinero\n", "utf-8")
    assert "a tab between" in malgil(*given, "--glossary", glossary).stderr
    assert malgil(*given, "-o", tmp_path / "no" / "plain.txt").exit_code
    assert malgil(*given, "-o", tmp_path).exit_code


def test_a_model_that_is_not_there_is_named_on_the_command_line(letter: Path) -> None:
    refused = malgil("simplify", letter, "--from", "es", "--strategy", "model")
    assert refused.exit_code == 1
    assert "model" in refused.stderr


def test_a_callers_meaning_stands_on_one_line_without_hidden_signs() -> None:
    [result] = simplified(
        "La renta es fija.", level="simple", glossary={"renta": "lo que\u202e se paga\nal mes"}
    ).json()["results"]
    assert result["definitions"] == [{"term": "renta", "meaning": "lo que se paga al mes", "sentence": 0}]


def test_the_guard_may_be_less_strict() -> None:
    text = "El ayuntamiento procederá al cierre del parque."
    catalogue = Catalogue((ENTRY, WRITER))
    app = app_around(Translation(catalogue, DirectSegments({WRITER.reference: Renaming(WRITER)}), Limits(10, 1000)))
    body = {"text": text, "source": "es", "strategy": "model"}
    for guard, said in (("strict", text), ("normal", "El Ayuntamiento de Jaca cerrará el parque.")):
        [result] = ask(app, path="/v1/simplify", json=body | {"guard": guard}).json()["results"]
        assert result["text"] == said
        assert {flag["check"] for flag in result["guard"]["flags"]} == {"names"}


class Renaming(FakeTranslator):
    """Adds a name."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        return [Hypothesis("El Ayuntamiento de Jaca cerrará el parque.", True, 1, 1) for _ in inputs]
