from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from loadtests.capacity import Capacity, Tried, write_capacity
from loadtests.charts import Chart, Line, description, number, svg
from loadtests.limit import Found, Step
from loadtests.refusal import LoadTestRefused
from loadtests.report import write_report
from loadtests.series import charts
from loadtests.watch import Watch
from tests.loadtests.builders import look, run, sample

LOOKS = [
    look(
        float(second),
        cached=second * 3,
        computed=second,
        batches=second,
        batch_seconds=second * 0.2,
        waits=second * 10,
        wait_seconds=second * 3,
        queued=5,
    )
    for second in range(10)
]


class Page(HTMLParser):
    """What a screen reader would go by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    samples = [sample(ms=80 + second, at_s=second) for second in range(10)]
    refused = sample(result="refused", why="overloaded", retry_after=True)
    measured = run(*samples, refused, sample(resent=True), watch=Watch(LOOKS, ["Metrics: <none> & nothing."]))
    write_report(measured, tmp_path / "report")
    return tmp_path / "report"


def test_the_page_can_be_steered_through_by_headings_and_tables(folder: Path) -> None:
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert page.all("html") == [{"lang": "en", "dir": "ltr"}]
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}
    assert len(page.all("caption")) == len(page.all("table")) > 3


def test_every_plot_has_a_name_in_words_and_its_numbers_as_a_table(folder: Path) -> None:
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    plots = page.all("svg")
    assert len(plots) == len(page.all("details")) == 6
    assert all(plot["role"] == "img" and plot["aria-label"] for plot in plots)


def test_the_page_needs_no_script_and_nothing_from_elsewhere(folder: Path) -> None:
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert page.all("script") == page.all("link") == page.all("img") == []
    assert not [attributes for _, attributes in page.tags if "src" in attributes or "href" in attributes]


def test_what_is_said_is_escaped(folder: Path) -> None:
    assert "Metrics: &lt;none&gt; &amp; nothing." in (folder / "report.html").read_text(encoding="utf-8")


def test_the_markdown_shows_every_plot_with_words_and_its_file_exists(folder: Path) -> None:
    text = (folder / "report.md").read_text(encoding="utf-8")
    images = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", text)
    assert len(images) == 6
    assert [file for _, file in images if not (folder / file).is_file()] == []
    assert "<table>" in MarkdownIt("commonmark").enable("table").render(text)


def test_refusals_and_requests_sent_twice_are_told_apart_from_failures(folder: Path) -> None:
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert "12 requests in 10.0 s: 11 answered, 1 refused, 0 failed" in text
    assert "| 503 overloaded | refused | 1 |" in text
    assert "1 of 1 refusals said when to come again" in text
    assert "1 requests met a kept connection" in text


def test_the_result_for_programs_says_the_same(folder: Path) -> None:
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result["verdict"] == "not proven"
    assert result["requests"] == {"due": 12, "answered": 11, "refused": 1, "failed": 0, "unsent": 0}
    assert result["directions_left_out"] == [["es", "ar"]]
    assert result["cache_hit_percent"] == 75


def test_what_weakens_a_run_stands_before_its_figures(tmp_path: Path) -> None:
    weak = run(*[sample(late_ms=400)] * 30, replaced=True)
    write_report(weak, tmp_path / "weak")
    text = (tmp_path / "weak/report.md").read_text(encoding="utf-8")
    before, _, _ = text.partition("Verdict against the budget")
    assert "it proves nothing" in before
    assert "The generator was late itself" in before


def test_a_report_never_takes_the_place_of_another_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(LoadTestRefused, match="cannot be written"):
        write_report(run(sample()), tmp_path / "file" / "report")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_run_without_a_single_answer_still_has_a_report(tmp_path: Path) -> None:
    write_report(run(sample(result="failed", why="ConnectionRefusedError")), tmp_path / "report")
    assert "ConnectionRefusedError" in (tmp_path / "report/report.md").read_text(encoding="utf-8")


def test_waiting_and_inference_are_the_means_of_what_ended_in_that_time() -> None:
    by_title = {chart.title: chart for chart in charts(run(sample()).measured, LOOKS)}
    waiting, inference = by_title["Waiting and inference"].lines
    assert waiting.values[0] == pytest.approx(300)
    assert inference.values[0] == pytest.approx(200)
    [hits] = by_title["Segments from the cache"].lines
    assert hits.values[0] == pytest.approx(75)


def test_a_counter_that_a_restart_set_back_counts_from_zero() -> None:
    looks = [look(0, cached=90, computed=10), look(1, cached=1, computed=3)]
    [chart] = [chart for chart in charts(run(sample()).measured, looks) if chart.title == "Segments from the cache"]
    assert chart.lines[0].values == (25,)


def test_without_metrics_nothing_is_drawn_in_their_place() -> None:
    titles = [chart.title for chart in charts(run(sample()).measured, [])]
    assert titles == ["Latency of answered requests", "Requests"]


def test_a_chart_is_well_formed_and_shows_gaps_as_gaps() -> None:
    chart = Chart(
        "Times <1>", "ms", (0, 1, 2, 3), (Line("p50 & more", (1.0, None, 3.0, 4.0)), Line("none", (None,) * 4))
    )
    drawn = ElementTree.fromstring(svg(chart))
    assert len(drawn.findall("{*}polyline")) == 1
    assert len(drawn.findall("{*}circle")) == 1
    assert drawn.findtext("{*}title") == "Times <1>"
    assert description(chart) == "Times <1> (ms). p50 & more: 1.00 to 4.00, at the end 4.00."


def test_a_chart_of_one_point_can_be_drawn() -> None:
    assert "<circle" in svg(Chart("One", "ms", (5,), (Line("a", (0.0,)),)))


def test_numbers_have_three_digits() -> None:
    assert [number(value) for value in (0, 0.01234, 1.2, 45.67, 123.4, 123456)] == [
        "0",
        "0.0123",
        "1.20",
        "45.7",
        "123",
        "123,456",
    ]


def test_the_capacity_report_says_how_many_machines_and_why(tmp_path: Path) -> None:
    good = run(*[sample(ms=200)] * 30, *[sample(kind="form")] * 2)
    bad = run(*[sample(ms=2000)] * 30, *[sample(kind="form")] * 2)
    capacity = Capacity(
        name="village",
        profile=good.profile,
        population=864_000,
        step=good.load,
        choice=good.choice,
        service=good.service,
        machine=good.machine,
        code=good.code,
        found=Found(8.0, 9.0, (Step(8, True), Step(9, False))),
        tried=(Tried(8, good.measured, good.verdict, good.watch), Tried(9, bad.measured, bad.verdict, bad.watch)),
    )
    write_capacity(capacity, tmp_path / "capacity")
    text = (tmp_path / "capacity/report.md").read_text(encoding="utf-8")
    assert "Limit: 8.00 visits per second hold the budget; at 9.00 it is broken." in text
    assert "Machines of this kind: 4. 864,000 people" in text
    assert "| 9.00 | broken: p95 of sentence |" in text
    assert json.loads((tmp_path / "capacity/result.json").read_text(encoding="utf-8"))["machines"] == 4
