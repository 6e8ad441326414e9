from __future__ import annotations

from accessibility.registry import ADAPTERS
from benchmarks.adapters import figures, letters, works


def test_every_adapter_that_runs_no_program_is_measured() -> None:
    assert {name for name, adapter in ADAPTERS.items() if not adapter.process} | {"simple"} <= set(works())


def test_a_row_for_each_adapter_and_language_it_writes() -> None:
    rows = list(figures({lang: letters(lang, 3) for lang in ("es", "ar")}))
    assert len(rows) == 2 * len(works()) - 1  # Arabic has no rules of simple language
    assert all(value > 0 for row in rows for value in row.values)
