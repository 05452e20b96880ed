import json
from typing import Any

import pytest

from snapback.report.page import words
from tests.fakes.report import a_report


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
        ({"counts": {"targets": 3, "verified": 1}}, "2 of 3 targets are not as before."),
        ({"counts": {"targets": 1, "verified": 0}}, "1 of 1 target is not as before."),
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
        (letters({}), "no records that were given up"),
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


def test_the_same_experiment_can_be_started_again() -> None:
    given_input = json.loads(words.start_input(a_report()))
    assert given_input == {
        "fault": "delete-mappings",
        "function_name": "orders",
        "event_uuids": "all",
        "total_chaos_duration": 20,
        "sequence": "parallel",
        "cycles": 1,
        "chaos_interval": 30,
        "expect": [{"type": "backlog_grew", "at_least": 1}],
    }
    assert words.start_command({**a_report(), "experiment": {"function_name": "it's"}}) == (
        "aws stepfunctions start-execution --state-machine-arn "
        "arn:aws:states:eu-west-1:123456789012:stateMachine:Experiment \\\n"
        """  --input '{"function_name":"it'"'"'s"}'"""
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (119.96, "120.0 s"),
        (120, "2 min 0 s"),
        (3599.6, "1 h 0 min"),
        (3599.4, "59 min 59 s"),
        (7325, "2 h 2 min"),
    ],
)
def test_a_duration_is_said_as_a_person_would(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


def test_a_moment_that_never_came_is_told() -> None:
    assert words.moment(0) == "never"
    assert words.moment(1795229000.0) == "2026-11-21 02:43:20 UTC"


def test_what_an_expectation_leaves_open_is_not_told() -> None:
    expected: dict[str, Any] = {"url": "u", "status": None, "dimensions": {}, "failures": 0}
    assert words.asked({**expected, "names": ["b"]}) == 'url: u, failures: 0, names: ["b"]'
