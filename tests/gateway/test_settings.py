from __future__ import annotations

import pytest

from gateway.settings import Settings, SettingsInvalid, load_settings


def test_defaults_need_no_environment() -> None:
    assert load_settings({}).port == 8080


def test_values_come_from_the_environment_whatever_their_case() -> None:
    settings = load_settings({"MALGIL_PORT": "9000", "malgil_host": "::1", "PATH": "/bin", "MALGIL_REDIS_URL": ""})
    assert (settings.port, settings.host, settings.redis_url) == (9000, "::1", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MALGIL_PORT", "99999"),
        ("MALGIL_DEVICE", "tpu"),
        ("MALGIL_REDIS_URL", "http://x"),
        ("MALGIL_ENGINE_THREADS", "two"),
    ],
)
def test_a_wrong_value_names_the_setting_and_what_it_is_for(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        load_settings({name: value})
    described = Settings.model_fields[name.removeprefix("MALGIL_").lower()].description
    assert str(raised.value).startswith(f"{name}: ")
    assert described is not None
    assert described in str(raised.value)


def test_a_misspelt_setting_stops_the_start_and_suggests_the_right_one() -> None:
    with pytest.raises(SettingsInvalid, match=r"MALGIL_PROT: there is no such setting\. Did you mean MALGIL_PORT"):
        load_settings({"MALGIL_PROT": "9000"})


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}).port = 1


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALGIL_DATA_FOLDER", "")
    monkeypatch.setenv("MALGIL_PORT", "1234")
    assert load_settings().data_folder is None
    assert load_settings().port == 1234
    assert load_settings({}).port == 8080
