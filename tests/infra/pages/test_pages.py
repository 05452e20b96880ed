"""The generated pages are what the code says."""

from infra.expectations_reference import expectations_page
from infra.permissions import EVERY_FAULT, of_fault
from infra.permissions_reference import permissions_page
from infra.reference import EXPECTATIONS_PAGE, PERMISSIONS_PAGE, REPORT_PAGE, UNPROVEN_PAGE
from infra.report_reference import PARTS, parts_of_a_report, report_page
from prove.registry import unproven_page


def test_the_page_of_expectations_is_current() -> None:
    assert EXPECTATIONS_PAGE.read_text() == expectations_page(), "run `make docs`"


def test_the_page_of_the_report_is_current() -> None:
    assert REPORT_PAGE.read_text() == report_page(), "run `make docs`"


def test_the_page_of_what_is_unproven_is_current() -> None:
    assert UNPROVEN_PAGE.read_text() == unproven_page(), "run `make docs`"


def test_every_member_of_a_report_is_documented() -> None:
    assert sorted(parts_of_a_report()) == sorted(PARTS)


def test_the_page_of_permissions_is_current() -> None:
    assert PERMISSIONS_PAGE.read_text() == permissions_page(), "run `make docs`"


def test_the_page_names_every_fault_and_question_that_needs_something() -> None:
    page = permissions_page()
    for fault in EVERY_FAULT:
        section = page.split(f"## The fault {fault}\n")[1].split("\n## ")[0]
        for question, needed in of_fault(fault).items():
            (row,) = (line for line in section.splitlines() if line.startswith(f"| `{question}`"))
            assert all(action in row for each in needed for action in each.actions)
