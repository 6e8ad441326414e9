from __future__ import annotations

import socket

import pytest

from loadtests.access import NO_KEY
from loadtests.profiles import KINDS
from loadtests.refusal import LoadTestRefused
from loadtests.service import address, choose, examine
from loadtests.watch import DEFAULT_PORTS, family, metrics_address, read_metrics
from tests.loadtests.builders import AN, AR, DIRECTIONS, ES, service
from tests.loadtests.builders import address as local


def test_loopback_needs_no_permission() -> None:
    for url in ("http://127.0.0.1:8080", "http://127.0.0.2:9", "http://localhost:8080/", "http://[::1]:8080"):
        assert address(url, allow_remote=False).loopback


def test_another_machine_is_never_asked_unless_that_was_said() -> None:
    with pytest.raises(LoadTestRefused, match="--allow-remote"):
        address("http://192.0.2.1:8080", allow_remote=False)
    assert not address("http://192.0.2.1:8080", allow_remote=True).loopback


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8080",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/v1",
        "http://127.0.0.1?a=b",
    ],
)
def test_what_is_no_address_of_a_service_is_refused(url: str) -> None:
    with pytest.raises(LoadTestRefused):
        address(url, allow_remote=False)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(LoadTestRefused) as refused:
        address("http://me:secret@127.0.0.1:8080", allow_remote=False)
    assert "secret" not in str(refused.value)


def test_an_address_where_nothing_listens_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(LoadTestRefused, match=f"{port}/readyz does not answer"):
        examine(address(f"http://127.0.0.1:{port}", allow_remote=False), NO_KEY, KINDS)


def test_directions_that_are_not_served_are_left_out_by_name() -> None:
    choice = choose({(ES, AN): 2.0, (ES, AR): 1.0}, service(), frozenset({"es"}), any_direction=False)
    assert choice.directions == {(ES, AN): 2.0}
    assert choice.left_out == ((ES, AR),)
    assert not choice.replaced


def test_directions_without_texts_are_left_out_too() -> None:
    choice = choose({(ES, AN): 1.0, (AR, ES): 1.0}, service((ES, AN), (AR, ES)), frozenset({"es"}), any_direction=False)
    assert choice.left_out == ((AR, ES),)


def test_a_service_with_none_of_the_directions_is_refused_unless_any_will_do() -> None:
    with pytest.raises(LoadTestRefused, match="It serves: es → an"):
        choose({(ES, AR): 1.0}, service(), frozenset({"es"}), any_direction=False)
    choice = choose({(ES, AR): 1.0}, service(), frozenset({"es"}), any_direction=True)
    assert choice.directions == DIRECTIONS
    assert choice.replaced


def test_a_service_whose_languages_nobody_can_write_is_refused_in_any_case() -> None:
    with pytest.raises(LoadTestRefused, match="none that texts can be made for"):
        choose({(ES, AR): 1.0}, service(), frozenset(), any_direction=True)


def test_metrics_are_guessed_only_beside_the_default_port() -> None:
    api, metrics = DEFAULT_PORTS
    assert metrics_address(local(), None) == f"http://127.0.0.1:{metrics}/metrics"
    assert (
        metrics_address(address(f"http://[::1]:{api}", allow_remote=False), None) == f"http://[::1]:{metrics}/metrics"
    )
    assert metrics_address(address("http://127.0.0.1:9000", allow_remote=False), None) is None
    assert metrics_address(local(), "http://127.0.0.1:7/metrics") == "http://127.0.0.1:7/metrics"


def test_metrics_of_all_models_and_processes_are_summed() -> None:
    read = read_metrics(
        "# TYPE malgil_segments_total counter\n"
        'malgil_segments_total{model="a",origin="cache"} 3\nmalgil_segments_total{model="b",origin="cache"} 4\n'
        'malgil_segments_total{model="a",origin="engine"} 5\n'
        "# TYPE malgil_queue_entries gauge\n"
        'malgil_queue_entries{model="a"} 2\n'
    )
    assert (read["cached"], read["computed"], read["queued"], read["batches"]) == (7, 5, 2, 0)


def test_the_processes_of_another_machine_are_not_looked_for() -> None:
    assert family(address("http://192.0.2.1:8080", allow_remote=True)) == []
