"""The page of a report: escaped, self-contained, and true to the report."""

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapback.model.evidence import Span
from snapback.report.page import words
from snapback.report.page.charts import Line, chart, nice
from snapback.report.page.render import page
from snapback.report.page.timeline import source_name, timeline
from snapback.report.publication import restore_seconds, store, tell
from tests.fakes.answers import answer, refused
from tests.fakes.report import a_report

HOSTILE = "</title><script>alert(1)</script><img src=x onerror='alert(1)'>\" & {{ 7*7 }}"


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(html)
    return parser.seen


def poisoned(value: Any) -> Any:
    """The value with every text that is not looked up by the page replaced by markup."""
    if isinstance(value, dict):
        return {name: poisoned(each) for name, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each) for each in value]
    kept = ("held", "deviated", "unknown", "arn:", "sqs", "kinesis")
    return HOSTILE if isinstance(value, str) and not value.startswith(kept) else value


def test_names_cannot_bring_markup_into_the_page() -> None:
    tags = {tag for tag, _ in elements(page(a_report()))}
    found = elements(page(poisoned(a_report())))
    assert {tag for tag, _ in found} <= tags
    assert not any(name.startswith("on") for _, attributes in found for name in attributes)
    assert "49" not in re.findall(r"<h1>.*?</h1>", page(poisoned(a_report())), re.DOTALL)[0]


def test_the_page_needs_no_network_and_no_script() -> None:
    html = page(a_report())
    found = elements(html)
    assert "script" not in {tag for tag, _ in found}
    links = [a.get("src") or a.get("href") for _, a in found if {"src", "href"} & a.keys()]
    assert links == ["data:,"]
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("left_out", ["series", "samples", "targets", "repair", "links"])
def test_a_report_that_was_cut_still_has_its_page(left_out: str) -> None:
    cut = {name: value for name, value in a_report().items() if name != left_out}
    assert "<h1>" in page(cut)


@pytest.mark.parametrize(
    "verification", [{}, {"equal": True, "fields": ["BatchSize"], "differences": {}}]
)
def test_a_target_that_was_not_verified_or_only_disabled_has_its_page(
    verification: dict[str, Any],
) -> None:
    report = a_report()
    report["targets"][0]["verification"] = verification
    assert "<h1>" in page(report)


def test_every_source_has_a_chart_with_its_marks_and_its_window() -> None:
    titles = [each.title for each in timeline(a_report())]
    assert titles == ["Queue orders", "Stream clicks", "Table stream Items", "Function orders"]
    queue = timeline(a_report())[0]
    assert [name for _, name in queue.marks] == ["detached", "attached"]
    assert len(queue.shades) == 1
    assert queue.peak == 123


def test_the_charts_are_well_formed() -> None:
    drawings = re.findall(r"<svg.*?</svg>", page(a_report()), re.DOTALL)
    assert len(drawings) == 4
    for each in drawings:
        assert ET.fromstring(each).tag == "svg"  # noqa: S314  # our own markup


@given(st.lists(st.floats(0, 1e9), max_size=30))
def test_any_series_is_drawn_inside_its_chart(values: list[float]) -> None:
    points = [(float(at), value) for at, value in enumerate(values)]
    drawn = chart("t", "u", [Line("n", "s", points)], Span(0, 30), origin=5)
    [line] = drawn.lines
    for x, y in re.findall(r"[ML]([\d.]+),([\d.]+)", str(line["d"])):
        assert 40 <= float(x) <= 460
        assert 20 <= float(y) <= 190
    assert 2 <= len(drawn.y_ticks) <= 6


@given(st.floats(1e-6, 1e12))
def test_a_step_is_nice_and_not_too_large(value: float) -> None:
    assert value * 0.999 <= nice(value) <= value * 2.6


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("arn:aws:sqs:r:1:orders|f", "Queue orders"),
        ("arn:aws:kinesis:r:1:stream/clicks|f", "Stream clicks"),
        ("arn:aws:dynamodb:r:1:table/Items/stream/2026-01-01T00:00:00|f", "Table stream Items"),
        ("b1:9092,b2:9092|f|topic", "Kafka b1:9092,b2:9092 topic"),
    ],
)
def test_a_source_has_a_readable_name(key: str, name: str) -> None:
    assert source_name(key) == name


def verdicts(*found: str) -> list[dict[str, Any]]:
    return [{"verdict": each, "type": "x", "reason": "y"} for each in found]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"expectations": []}, "Everything was put back as it was."),
        ({"expectations": verdicts("held")}, "as it was, and the expectation held."),
        ({"expectations": verdicts("held", "held")}, "and all 2 expectations held."),
        ({"expectations": verdicts("held", "deviated")}, "1 of 2 expectations did not hold."),
        ({"expectations": verdicts("unknown")}, "1 of 1 expectation could not be judged."),
        ({"failure": {"Error": "Oops", "Cause": ""}}, "but the experiment failed: Oops."),
        ({"counts": {"targets": 2, "verified": 1}}, "1 of 2 targets is not as before."),
        (
            {"counts": {"targets": 2, "verified": 1}, "status": "unknown"},
            "1 of 2 targets could not be verified.",
        ),
    ],
)
def test_the_headline_says_the_verdict_in_words(changes: dict[str, Any], sentence: str) -> None:
    assert words.headline({**a_report(), **changes}).endswith(sentence)


def letters(records: dict[str, int], **more: int) -> dict[str, Any]:
    return {"conditions": {}, "records": records, "errors": more, "complete": True}


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (letters({}), "of nothing that was given up"),
        (letters({"RecordAgeExceeded": 7}), "records that were given up: RecordAgeExceeded: 7"),
        (
            letters({"RetryAttemptsExhausted": 2}, KeyError=1),
            "records that were given up: RetryAttemptsExhausted: 2 (errors: KeyError: 1)",
        ),
    ],
)
def test_what_a_destination_was_told_is_said_in_words(found: dict[str, Any], sentence: str) -> None:
    assert words.told(found) == sentence


def test_the_window_is_told_by_its_times_of_day() -> None:
    window = {"begins_at": 1795229000.0, "ends_at": 1795229024.3}
    assert words.period(window) == "02:43:20 to 02:43:44 UTC"


def test_what_is_left_to_do_is_on_the_page_only_where_uuids_changed() -> None:
    assert "What is left to do" in page(a_report())
    assert "What is left to do" not in page({**a_report(), "repair": {}})


def test_the_same_experiment_can_be_started_again() -> None:
    given_input = json.loads(words.start_input(a_report()))
    assert given_input["function_name"] == "orders"
    assert "dry_run" not in given_input
    assert "stateMachine:Experiment " in words.start_command(a_report()).replace("\\", "")


def test_a_report_is_stored_as_page_and_json_and_told_of() -> None:
    puts: list[Any] = []
    links = answer(store(a_report(), "b"), {"PutObject": lambda p: puts.append(p) or {}})
    assert [each["Key"] for each in puts] == ["demo-1/report.json", "demo-1/report.html"]
    assert json.loads(puts[0]["Body"]) == a_report()
    assert "region=eu-west-1&prefix=demo-1%2Freport.html" in links["console"]
    told: list[Any] = []
    name = "ä" * 90 + "\n"
    step = tell({**a_report(), "experiment_id": name}, links, "topic")
    assert answer(step, {"Publish": lambda p: told.append(p) or {}})
    assert len(told[0]["Subject"]) <= 100
    assert told[0]["Subject"].isascii()
    assert links["console"] in told[0]["Message"]


def test_a_bucket_that_refuses_gives_no_link() -> None:
    assert answer(store(a_report(), "b"), {"PutObject": refused()}) == {}


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [({}, 4.3), ({"ended_early": "an alarm"}, None), ({"targets": []}, None)],
)
def test_the_time_to_restore_counts_from_the_planned_end(
    changes: dict[str, Any], seconds: float | None
) -> None:
    assert restore_seconds({**a_report(), **changes}) == pytest.approx(seconds)
