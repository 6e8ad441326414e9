from __future__ import annotations

import json

from benchmarks.answers import figures, reading, result, writing


def test_every_way_writes_the_same_answer_and_reads_the_same_request() -> None:
    results = [result(n) for n in range(3)]
    written = {name: json.loads(bytes(way())) for name, way in writing(results).items()}
    assert all(each == {"results": results} for each in written.values())
    assert {len(way().text) for way in reading(3).values()} == {3}


def test_ratios_stand_beside_our_own_time() -> None:
    rows = figures(1, 1)
    assert [row.name.split(":")[0] for row in rows if row.name.endswith("µs")] == ["writing", "reading"]
    assert all(row.values[0] > 0 for row in rows)
