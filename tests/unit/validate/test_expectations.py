"""Expectations as a request gives them."""

from typing import Any

import pytest

from snapback.model.experiment import Experiment
from snapback.validate.request import parse

METRIC = {"type": "metric", "namespace": "AWS/Lambda", "name": "Errors", "comparison": "<="}
ASKED = {"function_name": "orders", "event_uuids": "all"}


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ([{"type": "drained_withn"}], "did you mean drained_within?"),
        ([{}], "expect[0]: {} is refused; give a type of backlog_grew, "),
        ([3], "expect[0]: 3 is refused; give a type of "),
        ("x", "expect: 'x' is refused; give a list of expectations"),
        ([{"type": "drained_within"}], "expect[0].seconds: missing; give whole seconds"),
        ([{"type": "drained_within", "seconds": 0}], "expect[0].seconds: 0 is refused; give whole"),
        (
            [{"type": "alarm_stays_ok", "alrm": "a", "alarm": "a"}],
            "alrm: unknown key; did you mean",
        ),
        ([{"type": "probe_stays_up", "url": "file:///etc/passwd"}], "give an http:// or https://"),
        ([{"type": "probe_stays_up", "url": "http://me:pass@host/"}], "without credentials"),
        ([{"type": "probe_stays_up", "url": "http://[::1/"}], "give an http:// or https://"),
        ([{"type": "probe_stays_up", "url": "https:///path"}], "give an http:// or https://"),
        (
            [{"type": "dead_letters_at_most", "queue": "orders"}],
            "give the ARN of a queue of the mappings or an opted-in one",
        ),
        ([{**METRIC, "threshold": float("nan")}], "expect[0].threshold: nan is refused"),
        ([{"type": "backlog_grew"}] * 51, "give a list of expectations, at most 50"),
    ],
)
def test_a_bad_expectation_is_refused_with_its_fix(expect: Any, problem: str) -> None:
    [line] = parse({**ASKED, "expect": expect}).problems
    assert problem in line


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "probe_stays_up", "url": "ftp://host/?token=secret"},
        {"type": "probe_stays_up", "url": "http://me:secret@host/"},
        {"type": "probe_stay_up", "url": "http://host/?token=secret"},
    ],
)
def test_a_refusal_does_not_tell_the_secrets_of_a_url(wrong: dict[str, Any]) -> None:
    [line] = parse({**ASKED, "expect": [wrong]}).problems
    assert "//host/' is refused" in line or "//host/'} is refused" in line
    assert "secret" not in line


URL = "https://me:secret@host/?token=secret"


@pytest.mark.parametrize(
    "expect",
    [
        URL,
        [URL],
        {"type": "probe_stays_up", "url": URL},
        [{"probe_stays_up": {"url": URL}}],
        [[{"url": "host?token=secret"}]],
        [{"type": "probe_stays_up", "url": [URL]}],
        [{"type": "backlog_grew", "at_least": URL}],
    ],
)
def test_a_malformed_expectation_is_quoted_without_the_secrets_of_its_url(expect: Any) -> None:
    problems = parse({**ASKED, "expect": expect}).problems
    assert problems
    assert "secret" not in "".join(problems)


def test_an_input_that_is_no_object_is_quoted_without_the_secrets_of_its_urls() -> None:
    [problem] = parse([{"expect": [{"url": URL}]}]).problems
    assert "secret" not in problem


def test_expectations_survive_being_stored() -> None:
    asked = [{**METRIC, "threshold": 1}, {"type": "backlog_grew"}]
    experiment = parse({**ASKED, "expect": asked}).experiment
    assert experiment
    assert Experiment.of(experiment.stored()) == experiment
