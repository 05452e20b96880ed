"""The page of a report: escaped, self-contained, and true to the report."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import UndefinedError

from snapback.report.page.render import page
from tests.fakes.report import a_report, stretched
from tests.fakes.shown import shown, untrue
from tests.unit.report.page.approved import REPORTS, approved, unstyled

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


def poisoned(value: Any, poison: str = HOSTILE) -> Any:
    """The value with every text that is not looked up by the page replaced by another."""
    if isinstance(value, dict):
        return {name: poisoned(each, poison) for name, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each, poison) for each in value]
    kept = ("held", "deviated", "unknown", "arn:", "sqs", "kinesis")
    return poison if isinstance(value, str) and not value.startswith(kept) else value


def test_names_cannot_bring_markup_into_the_page() -> None:
    tags = {tag for tag, _ in elements(page(a_report()))}
    found = elements(page(poisoned(a_report())))
    assert {tag for tag, _ in found} <= tags
    assert not any(name.startswith("on") for _, attributes in found for name in attributes)
    assert "49" not in re.findall(r"<h1>.*?</h1>", page(poisoned(a_report())), re.DOTALL)[0]


def test_names_cannot_bring_control_characters_into_the_page() -> None:
    hidden = "\x1b[31m\x9b\x07\u202e\u2066"
    html = page(poisoned(a_report(), hidden + "named"))
    assert "[31mnamed" in html
    assert not {*hidden} - {*"[31m"} & {*html}


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


def test_the_charts_are_well_formed() -> None:
    drawings = re.findall(r"<svg.*?</svg>", page(a_report()), re.DOTALL)
    assert len(drawings) == 4
    for each in drawings:
        assert ET.fromstring(each).tag == "svg"  # noqa: S314  # our own markup


def test_what_is_left_to_do_is_on_the_page_only_where_uuids_changed() -> None:
    assert "What is left to do" in page(a_report())
    assert "What is left to do" not in page({**a_report(), "repair": {}})


@pytest.mark.parametrize("report", [a_report(), stretched()], ids=["usual", "long names"])
def test_every_text_that_names_its_place_is_what_the_report_has_there(
    report: dict[str, Any],
) -> None:
    assert list(untrue(report, page(report))) == []


def test_the_facts_of_a_target_are_on_the_page() -> None:
    places = dict(shown(page(a_report())))
    assert places["/targets/0/title"] == "Queue orders"
    facts = a_report()["targets"][1]["facts"]
    assert [each["name"] for each in facts] == ["UUID", "Resumes at", "Handled again"]
    for index, each in enumerate(facts):
        assert places[f"/targets/1/facts/{index}/value"] == each["value"]


def test_a_fault_without_facts_has_its_page() -> None:
    report = a_report()
    for target in report["targets"]:
        for name in ("facts", "source", "source_arn", "old_uuid", "new_uuid", "resumes_at"):
            del target[name]
    assert "Queue orders" in page(report)


@pytest.mark.parametrize("missing", ["experiment_id", "started_at", "expectations"])
def test_a_report_without_what_every_report_has_has_no_page(missing: str) -> None:
    report = a_report()
    del report[missing]
    with pytest.raises((UndefinedError, KeyError), match=missing):
        page(report)


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_is_as_it_was_approved(name: str) -> None:
    found = unstyled(REPORTS[name]()) + "\n"
    assert found == approved(name).read_text(), "if it is right: tests/unit/report/page/approved.py"
