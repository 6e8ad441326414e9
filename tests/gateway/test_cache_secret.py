"""The secret of cache and quota keys: given, made for one start, or kept beside a Redis that stays."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gateway.cache_secret import FILE, cache_secret
from gateway.settings import Settings, load_settings
from tests.gateway.logs import capture_logs


def settings(folder: Path, **more: str) -> Settings:
    return load_settings({"MALGIL_DATA_FOLDER": str(folder), **more})


def test_beside_a_redis_that_stays_every_process_and_every_start_has_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "자료"
    asked = settings(folder, MALGIL_REDIS_URL="redis://127.0.0.1")
    with ThreadPoolExecutor(8) as processes:
        found = set(processes.map(lambda _: cache_secret(asked), range(32)))
    assert len(found) == 1
    assert len(found.pop()) == 64
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_what_goes_with_the_service_needs_no_file_and_a_given_secret_none_either(tmp_path: Path) -> None:
    assert cache_secret(settings(tmp_path)) != cache_secret(settings(tmp_path))
    given = settings(tmp_path, MALGIL_REDIS_URL="redis://127.0.0.1", MALGIL_CACHE_SECRET="s" * 32)
    assert cache_secret(given) == "s" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_the_cache_and_no_request(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    asked = settings(blocked / "below", MALGIL_REDIS_URL="redis://127.0.0.1")
    with capture_logs() as told:
        assert cache_secret(asked) != cache_secret(asked)
    assert {each["event"] for each in told} == {"cache_secret_not_kept"}
