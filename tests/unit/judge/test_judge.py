from typing import Any

import pytest

from snapback.faults import registry
from snapback.judge.judge import judge, overall
from snapback.model import expectations
from snapback.model.evidence import Evidence
from snapback.model.experiment import DEFAULT_FAULT
from tests.fakes.evidence import BUSY, FAILED, GREW, IDLE, evidence

URL = "https://shop.example/health"
STOPPED = {"type": "invocations_stopped"}
LEAK = [*BUSY, {"at": 720.0, "value": 1.0}]


def judged(found: Evidence, *expected: dict[str, Any]) -> list[dict[str, Any]]:
    """The verdicts as the Report comes to them."""
    felt = registry.tell(DEFAULT_FAULT).effect(found)
    return judge([expectations.of(each) for each in expected], found, felt=felt)


EVERY_KIND: list[dict[str, Any]] = [
    {"type": "backlog_grew"},
    STOPPED,
    {"type": "drained_within", "seconds": 5},
    {"type": "alarm_within", "alarm": "late", "seconds": 9},
    {"type": "alarm_stays_ok", "alarm": "late"},
    {"type": "probe_stays_up", "url": URL},
    {"type": "dead_letters_at_most"},
    {"type": "destination_received", "queue": FAILED},
    {"type": "metric", "namespace": "N", "name": "n", "comparison": "<", "threshold": 1},
]


def test_every_kind_is_judged_in_the_order_in_which_it_was_asked() -> None:
    assert {each["type"] for each in EVERY_KIND} == set(expectations.KINDS)
    rows = judged(evidence(*GREW), *EVERY_KIND)
    assert [row["type"] for row in rows] == [each["type"] for each in EVERY_KIND]
    assert [row["verdict"] for row in rows[:2]] == ["held", "held"]
    assert all(row["reason"] for row in rows)


def test_a_row_repeats_what_was_expected() -> None:
    [row] = judged(evidence(*GREW), {"type": "backlog_grew", "at_least": 101})
    assert row["expected"] == {"at_least": 101}
    assert (row["verdict"], row["reason"]) == ("deviated", "100 messages piled up")


def test_a_row_tells_an_endpoint_without_its_query() -> None:
    secret = {"type": "probe_stays_up", "url": f"{URL}?token=secret"}
    up = {URL: {"status": 200, "seconds": 0.1, "error": ""}}
    [row] = judged(evidence(*({**each, "probes": up} for each in GREW)), secret)
    assert row["expected"]["url"] == URL
    assert row["verdict"] == "held"


def test_a_fault_that_was_not_felt_proves_nothing() -> None:
    found = evidence(*IDLE, series={"invocations": LEAK})
    asked: list[dict[str, Any]] = [
        STOPPED,
        {"type": "backlog_grew"},
        {"type": "drained_within", "seconds": 5},
    ]
    rows = judged(found, *asked)
    assert [row["verdict"] for row in rows] == ["unknown"] * 3
    assert all(row["reason"].startswith("no effect") for row in rows[:2])


def test_an_effect_that_shows_in_one_signal_is_enough() -> None:
    [row] = judged(evidence(*IDLE), {"type": "backlog_grew"})
    assert (row["verdict"], row["reason"]) == ("deviated", "0 messages piled up")


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ((), "held"),
        (("held", "held"), "held"),
        (("held", "unknown"), "unknown"),
        (("unknown", "deviated", "held"), "deviated"),
    ],
)
def test_the_worst_verdict_is_the_status(verdicts: tuple[str, ...], status: str) -> None:
    assert overall({"verdict": each} for each in verdicts) == status
