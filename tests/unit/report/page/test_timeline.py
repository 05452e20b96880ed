from typing import Any

from snapback.report.page.timeline import MOST_TARGETS, timeline
from tests.fakes.report import a_report


def titles(report: dict[str, Any]) -> list[str]:
    return [each.title for each in timeline(report)]


def test_every_source_has_a_chart_with_its_marks_and_its_window() -> None:
    assert titles(a_report()) == [
        "Queue orders",
        "Stream clicks",
        "Table stream Items",
        "Function orders",
    ]
    queue = timeline(a_report())[0]
    assert [name for _, name in queue.marks] == ["broken", "restored"]
    assert len(queue.shades) == 1
    assert queue.peak == 123


def test_what_waits_is_drawn_as_a_backlog_and_what_is_being_handled_otherwise() -> None:
    queue, stream, *_ = timeline(a_report())
    assert [(each["name"], each["style"]) for each in queue.lines] == [
        ("visible", "backlog"),
        ("in flight", "second"),
    ]
    assert [(each["name"], each["style"]) for each in stream.lines] == [
        ("written, not handled yet", "backlog")
    ]


def test_sources_that_nobody_counted_share_the_chart_of_the_iterator_age() -> None:
    report = a_report()
    del report["backlog"]
    assert titles(report) == [
        "Queue orders",
        "Stream clicks, Table stream Items",
        "Function orders",
    ]
    lag = timeline(report)[1]
    assert (lag.unit, lag.peak) == ("seconds behind", 24)
    [line] = lag.lines
    assert (line["name"], line["style"], line["bar"]) == ("iterator age", "second", True)
    assert [name for _, name in lag.marks] == ["broken", "restored"]


def test_a_report_of_many_targets_charts_the_first_few() -> None:
    report = a_report()
    report["targets"] = report["targets"][:1] * (MOST_TARGETS + 5)
    assert titles(report).count("Queue orders") == MOST_TARGETS


def test_targets_without_a_source_leave_the_chart_of_the_function() -> None:
    report = a_report()
    del report["series"]["iterator_age_ms"]
    for target in report["targets"]:
        del target["source_arn"]
    assert titles(report) == ["Function orders"]
    [function] = timeline(report)
    assert (function.unit, function.marks) == ("per minute", [])
    assert [(line["name"], line["style"], line["bar"]) for line in function.lines] == [
        ("invocations", "bars", True),
        ("errors", "bad", True),
    ]


def test_a_function_that_did_nothing_has_no_chart() -> None:
    report = a_report()
    report["series"] = {"invocations": [{"at": 60.0, "value": 0.0}]}
    assert "Function orders" not in titles(report)
