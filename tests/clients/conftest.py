from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.live import Live, live


@pytest.fixture(scope="module")
def gateway(valkey_url: str) -> Iterator[Live]:
    with live(valkey_url) as started:
        yield started
