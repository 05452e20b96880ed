"""Each expectation against evidence, as `began` at 600 s and restored at 900 s."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.judge.judge import judge, overall
from snapback.model import expectations
from snapback.model.evidence import Evidence, Span
from snapback.model.experiment import Experiment
from snapback.run.steadiness import unsteady
from snapback.validate.request import parse
from snapback.workload.metrics import name_of

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
DEAD = "arn:aws:sqs:eu-west-1:123456789012:orders-dead"
FAILED = "arn:aws:sqs:eu-west-1:123456789012:failed"
URL = "https://shop.example/health"
AWAY = (Span(600, 900),)
BUSY = [{"at": minute, "value": 9.0} for minute in (300.0, 360.0, 420.0, 480.0, 540.0, 960.0)]


def sample(at: float, visible: int | None = 0, **seen: Any) -> dict[str, Any]:
    queues = {} if visible is None else {QUEUE: {"visible": visible}}
    nothing: dict[str, Any] = {"dead_letters": {}, "alarms": {}, "probes": {}}
    return {"at": at, "queues": queues, **nothing, **seen}


def evidence(*samples: dict[str, Any], **changes: Any) -> Evidence:
    found = Evidence(samples, {"invocations": BUSY}, 1000, any_away=AWAY, all_away=AWAY)
    return replace(found, **changes)


def verdict(expected: dict[str, Any], found: Evidence) -> tuple[str, str]:
    [row] = judge([expectations.of(expected)], found)
    assert row["type"] == expected["type"]
    return row["verdict"], row["reason"]


GREW = (sample(590), sample(700, 40), sample(890, 100))
IDLE = (sample(590), sample(700), sample(890))


@pytest.mark.parametrize(
    ("samples", "expected", "result"),
    [
        (GREW, {}, "held"),
        (GREW, {"at_least": 100}, "held"),
        (GREW, {"at_least": 101}, "deviated"),
        ((sample(590, 5), sample(700, 3)), {}, "deviated"),
        ((sample(590, None), sample(700, None)), {}, "unknown"),
        ((sample(590),), {}, "unknown"),
        ((), {}, "unknown"),
    ],
)
def test_a_backlog_grew(samples: Any, expected: Any, result: str) -> None:
    assert verdict({"type": "backlog_grew", **expected}, evidence(*samples))[0] == result


STOPPED = {"type": "invocations_stopped"}
LEAK = [*BUSY, {"at": 720.0, "value": 1.0}]


@pytest.mark.parametrize(
    ("points", "changes", "result"),
    [
        (BUSY, {}, "held"),
        ([*BUSY, {"at": 660.0, "value": 0.0}], {}, "held"),
        (LEAK, {}, "deviated"),
        ([], {}, "unknown"),
        ([{"at": 960.0, "value": 9.0}], {}, "unknown"),
        (BUSY[:-1], {}, "unknown"),
        (BUSY[:-1], {"until": 1300}, "held"),
        (BUSY, {"all_away": (Span(601, 650),)}, "unknown"),
        (BUSY, {"all_away": ()}, "unknown"),
        ([*BUSY, {"at": 600.0, "value": 9.0}], {"all_away": (Span(601, 900),)}, "held"),
    ],
    ids=[
        "no points", "zeros", "one invocation", "no metric", "idle before", "not published yet",
        "long published", "no whole minute", "in turns", "a part of a minute does not count",
    ],
)  # fmt: skip
def test_invocations_stopped(points: Any, changes: Any, result: str) -> None:
    found = evidence(*GREW, series={"invocations": points}, **changes)
    assert verdict(STOPPED, found)[0] == result


@pytest.mark.parametrize(
    ("after", "seconds", "result"),
    [
        ((sample(910, 60), sample(930, 4)), 30, "held"),
        ((sample(910, 60), sample(930, 4)), 29, "deviated"),
        ((sample(910, 60), sample(930, 50)), 30, "deviated"),
        ((sample(910, 60),), 30, "unknown"),
        ((sample(910, None),), 5, "deviated"),
        ((), 5, "unknown"),
    ],
)
def test_drained_within(after: Any, seconds: int, result: str) -> None:
    expected = {"type": "drained_within", "seconds": seconds}
    assert verdict(expected, evidence(*GREW, *after))[0] == result


def ringing(state: str, since: float) -> dict[str, Any]:
    return {"alarms": {"late": {"state": state, "since": since}}}


@pytest.mark.parametrize(
    ("seen", "within", "stays_ok"),
    [
        ([(700, "OK", 10), (800, "ALARM", 750)], "held", "deviated"),
        ([(700, "OK", 10), (900, "ALARM", 801)], "deviated", "deviated"),
        ([(700, "OK", 10), (900, "OK", 10)], "deviated", "held"),
        ([(700, "OK", 10)], "unknown", "held"),
        ([(700, "OK", 10), (800, "OK", 750)], "deviated", "unknown"),
        ([(700, "INSUFFICIENT_DATA", 10)], "unknown", "unknown"),
        ([(590, "OK", 10)], "unknown", "unknown"),
        ([], "unknown", "unknown"),
    ],
)
def test_alarms(seen: Any, within: str, stays_ok: str) -> None:
    samples = [sample(at, None, **ringing(state, since)) for at, state, since in seen]
    found = evidence(*samples)
    asked = {"type": "alarm_within", "alarm": "late", "seconds": 200}
    assert verdict(asked, found)[0] == within
    assert verdict({"type": "alarm_stays_ok", "alarm": "late"}, found)[0] == stays_ok


def probed(status: int, seconds: float = 0.1, error: str = "") -> dict[str, Any]:
    return {"probes": {URL: {"status": status, "seconds": seconds, "error": error}}}


@pytest.mark.parametrize(
    ("answers", "expected", "result"),
    [
        ([(200, 0.1), (302, 0.2)], {}, "held"),
        ([(200, 0.1), (503, 0.2)], {}, "deviated"),
        ([(200, 0.1), (0, 3.0)], {}, "deviated"),
        ([(200, 0.1), (503, 0.2)], {"failures": 1}, "held"),
        ([(200, 0.1), (204, 0.2)], {"status": 200}, "deviated"),
        ([(200, 0.1), (200, 0.9)], {"within_seconds": 0.5}, "deviated"),
        ([], {}, "unknown"),
    ],
)
def test_a_probe_stays_up(answers: Any, expected: Any, result: str) -> None:
    samples = [sample(590, **probed(200)), *(sample(700, 9, **probed(*each)) for each in answers)]
    asked = {"type": "probe_stays_up", "url": URL, **expected}
    assert verdict(asked, evidence(*samples))[0] == result


@pytest.mark.parametrize(
    ("counts", "expected", "result"),
    [
        ((3, 3), {}, "held"),
        ((3, 5), {}, "deviated"),
        ((3, 5), {"count": 2}, "held"),
        ((3, 2), {"queue": DEAD}, "held"),
        ((3, 5), {"queue": FAILED}, "unknown"),
        ((), {}, "unknown"),
    ],
)
def test_dead_letters_at_most(counts: Any, expected: Any, result: str) -> None:
    samples = [
        sample(500 + 100 * i, 9 * i, dead_letters={DEAD: {"visible": each}})
        for i, each in enumerate(counts)
    ]
    assert verdict({"type": "dead_letters_at_most", **expected}, evidence(*samples))[0] == result


LETTERS = {"records": {"RecordAgeExceeded": 2}, "complete": True}
UNREAD = {"problem": "it cannot be read"}


@pytest.mark.parametrize(
    ("letters", "expected", "result"),
    [
        (LETTERS, {}, "held"),
        (LETTERS, {"at_least": 3}, "deviated"),
        ({**LETTERS, "complete": False}, {"at_least": 3}, "unknown"),
        (LETTERS, {"condition": "RecordAgeExceeded", "queue": FAILED}, "held"),
        (LETTERS, {"condition": "RetryAttemptsExhausted"}, "deviated"),
        (LETTERS, {"queue": DEAD}, "unknown"),
        (UNREAD, {}, "unknown"),
    ],
)
def test_a_destination_received(letters: Any, expected: Any, result: str) -> None:
    found = evidence(*GREW, letters={FAILED: letters})
    assert verdict({"type": "destination_received", **expected}, found)[0] == result


def test_a_destination_that_was_not_read_leaves_it_open() -> None:
    asked = {"type": "destination_received", "at_least": 3}
    held = [sample(590 + n, 9 * n, destinations={FAILED: {"visible": 4 * n}}) for n in range(2)]
    found = evidence(*held, letters={FAILED: UNREAD})
    assert verdict(asked, found) == ("unknown", "it cannot be read; it holds 4 messages more")
    partly = evidence(*GREW, letters={FAILED: UNREAD, DEAD: LETTERS})
    assert verdict(asked, partly)[0] == "unknown"
    assert "name a queue" in verdict(asked, evidence(*GREW))[1]


METRIC = {"type": "metric", "namespace": "AWS/Lambda", "name": "Errors", "comparison": "<="}


@pytest.mark.parametrize(
    ("during", "values", "result"),
    [
        ("before", {300.0: 0.0, 540.0: 1.0, 600.0: 99.0}, "held"),
        ("before", {300.0: 0.0, 540.0: 2.0}, "deviated"),
        ("window", {540.0: 99.0, 600.0: 1.0, 840.0: 1.0, 900.0: 99.0}, "held"),
        ("window", {540.0: 0.0}, "unknown"),
        ("after", {840.0: 99.0, 900.0: 1.0}, "held"),
        ("after", {960.0: 0.0}, "unknown"),
    ],
)
def test_a_metric_is_judged_by_its_whole_minutes(
    during: str, values: dict[float, float], result: str
) -> None:
    asked = expectations.of({**METRIC, "threshold": 1, "during": during})
    assert isinstance(asked, expectations.MetricHolds)
    points = [{"at": at, "value": value} for at, value in values.items()]
    found = evidence(*GREW, series={name_of(asked): points})
    [row] = judge([asked], found)
    assert row["verdict"] == result


def test_a_fault_that_was_not_felt_proves_nothing() -> None:
    found = evidence(*IDLE, series={"invocations": LEAK})
    asked = [STOPPED, {"type": "backlog_grew"}, {"type": "drained_within", "seconds": 5}]
    rows = judge([expectations.of(each) for each in asked], found)
    assert [row["verdict"] for row in rows] == ["unknown"] * 3
    assert all(row["reason"].startswith("no effect") for row in rows[:2])


def test_an_effect_that_shows_in_one_signal_is_enough() -> None:
    assert verdict({"type": "backlog_grew"}, evidence(*IDLE)) == ("deviated", "0 messages piled up")


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
        ([{"type": "dead_letters_at_most", "queue": "orders"}], "give the ARN of the queue"),
        ([{**METRIC, "threshold": float("nan")}], "expect[0].threshold: nan is refused"),
        ([{"type": "backlog_grew"}] * 51, "give a list of expectations, at most 50"),
    ],
)
def test_a_bad_expectation_is_refused_with_its_fix(expect: Any, problem: str) -> None:
    [line] = parse({**ASKED, "expect": expect}).problems
    assert problem in line


def test_expectations_survive_being_stored() -> None:
    asked = [{**METRIC, "threshold": 1}, {"type": "backlog_grew"}]
    experiment = parse({**ASKED, "expect": asked}).experiment
    assert experiment
    assert Experiment.of(experiment.stored()) == experiment


GATED = [
    {"type": "alarm_stays_ok", "alarm": "late"},
    {"type": "probe_stays_up", "url": URL},
]


@pytest.mark.parametrize(
    ("alarm", "status", "problems"),
    [
        ("OK", 200, []),
        ("INSUFFICIENT_DATA", 200, []),
        ("ALARM", 200, ["alarm 'late' is in ALARM already"]),
        ("OK", 500, [f"{URL} is down (it answered 500)"]),
        (None, 500, ["alarm 'late' does not exist", "is down"]),
    ],
)
def test_nothing_is_touched_while_the_state_is_not_steady(
    alarm: str | None, status: int, problems: list[str]
) -> None:
    experiment = parse({**ASKED, "expect": GATED}).experiment
    assert experiment
    alarms = {"late": {"state": alarm, "since": 1}} if alarm else {}
    found = unsteady(experiment, alarms, probed(status)["probes"])
    assert len(found) == len(problems)
    assert all(part in line for part, line in zip(problems, found, strict=True))
