"""The checks of the browser that need none."""

from typing import Any

import pytest

from snapback.report.page.render import page
from tests.fakes.report import a_report, stretched
from tests.report_page.check import Shown, problems


@pytest.mark.parametrize("report", [a_report(), stretched()], ids=["usual", "long names"])
def test_every_text_that_names_its_place_is_what_the_report_has_there(
    report: dict[str, Any],
) -> None:
    assert list(problems(report, page(report), "")) == []


def test_the_facts_of_a_target_are_on_the_page() -> None:
    shown = Shown()
    shown.feed(page(a_report()))
    places = dict(shown.texts)
    assert places["/targets/0/title"] == "Queue orders"
    facts = a_report()["targets"][1]["facts"]
    assert [each["name"] for each in facts] == ["UUID", "Resumes at", "Handled again"]
    for index, each in enumerate(facts):
        assert places[f"/targets/1/facts/{index}/value"] == each["value"]
