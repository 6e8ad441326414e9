from __future__ import annotations

import os
import socket

from gateway.spawning import PROCESS, orders, preparation, start
from gateway.supervisor import Child
from tests.gateway.running import WAIT_S

NOTHING_TO_IMPORT = "nobody"
UNKNOWN_WORDS = 2
ENVIRONMENT = {"PATH": os.defpath}


def test_a_prepared_process_does_what_it_is_told() -> None:
    with preparation((NOTHING_TO_IMPORT,)) as prepared:
        waiting = prepared.waiting.pop(NOTHING_TO_IMPORT)
        assert waiting.process.poll() is None
        assert waiting.order(["no such role"], ENVIRONMENT, ())
        assert waiting.process.wait(WAIT_S) == UNKNOWN_WORDS


def test_a_prepared_process_nobody_gives_orders_to_ends_with_the_preparation() -> None:
    with preparation((NOTHING_TO_IMPORT,)) as prepared:
        waiting = prepared.waiting[NOTHING_TO_IMPORT]
        assert prepared.metrics.is_dir()
    assert waiting.process.poll() is not None
    assert not prepared.folder.exists()


def test_orders_hold_words_environment_and_sockets() -> None:
    ours, theirs = socket.socketpair()
    with preparation((NOTHING_TO_IMPORT,)) as prepared, socket.socket() as served:
        process = prepared.waiting[NOTHING_TO_IMPORT].process
        told = type(prepared.waiting[NOTHING_TO_IMPORT])(process, ours)
        assert told.order(["api", "3"], {"MALGIL_PORT": "말"}, [served.fileno()])
        heard = orders(theirs.detach())
        assert heard is not None
        words, environment, [descriptor] = heard
        assert (words, environment) == (["api", "3"], {"MALGIL_PORT": "말"})
        assert os.path.sameopenfile(descriptor, served.fileno())
        os.close(descriptor)


def test_a_supervisor_that_went_away_gives_no_orders() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    assert orders(theirs.detach()) is None


def test_a_child_whose_prepared_process_died_is_started_anew() -> None:
    with preparation((NOTHING_TO_IMPORT,)) as prepared:
        waiting = prepared.waiting.pop(NOTHING_TO_IMPORT)
        waiting.process.kill()
        waiting.process.wait(WAIT_S)
        child = Child("test", [*PROCESS, "no such role"], ENVIRONMENT, prepared=waiting)
        child.start()
        assert child.process is not None
        assert child.process.pid != waiting.process.pid
        assert child.process.wait(WAIT_S) == UNKNOWN_WORDS


def test_a_process_inherits_only_the_descriptors_it_is_given() -> None:
    with socket.socket() as given, socket.socket() as other:
        listed = start(
            ["sh", "-c", f"test -e /proc/self/fd/{given.fileno()} && ! test -e /proc/self/fd/{other.fileno()}"],
            ENVIRONMENT,
            (given.fileno(),),
        )
        assert listed.wait(WAIT_S) == 0
