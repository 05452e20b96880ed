"""The page that a team attaches to a review."""

from __future__ import annotations

import re

from prove.evidence import Limits, Notice, Notices
from prove.page.render import page
from prove.registry import CHECKS, ROWS
from tests.unit.prove.proofs import BAD_STOPS, proof
from tests.unit.prove.samples import PASSES


def test_the_page_shows_every_check_and_every_row() -> None:
    shown = page(proof(*PASSES.values()))
    for check in CHECKS:
        assert f"<code>{check.id}</code>" in shown
    assert shown.count("<h3>") == sum(bool(row.checks) for row in ROWS)


def test_the_page_says_what_failed_first() -> None:
    shown = page(proof(*PASSES.values(), BAD_STOPS))
    assert shown.index("What failed") < shown.index("What was unproven")
    assert "never back" in shown


def test_the_page_has_no_script_and_loads_nothing() -> None:
    shown = page(proof(*PASSES.values()))
    assert "<script" not in shown
    assert not re.search(r'(?:src|href)="(?!data:)', shown)


def test_what_aws_said_is_escaped() -> None:
    shown = page(proof(Notices((Notice("<script>", ("x",), "<b>y</b>"),)), Limits(1, 1)))
    assert "<script>" not in shown
    assert "<b>y</b>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_rehearsal_on_the_lab_says_so_in_its_headline() -> None:
    assert "A rehearsal on the lab" in page(proof(*PASSES.values(), on_lab=True))


def test_every_experiment_of_the_evidence_is_listed() -> None:
    shown = page(proof(*PASSES.values()))
    assert shown.count("<td>disable-sqs</td>") == 9
    assert "judged as a whole" not in page(proof(BAD_STOPS))


def test_what_is_left_and_why_it_ended_early_are_on_the_page() -> None:
    shown = page(proof(stopped="it has cost more than $3.00", left=("stack S is DELETE_FAILED",)))
    assert "it has cost more than $3.00" in shown
    assert "stack S is DELETE_FAILED" in shown


def test_the_headline_says_why_a_run_without_a_failed_check_did_not_hold() -> None:
    stopped = page(proof(*PASSES.values(), stopped="it was told to stop"))
    assert "No check failed, but the run stopped early." in stopped
    littered = page(proof(*PASSES.values(), left=("stack S is DELETE_FAILED",)))
    assert "No check failed, but the run left something behind." in littered
