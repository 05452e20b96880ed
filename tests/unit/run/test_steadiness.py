import pytest

from snapback.model.expectations import AlarmStaysOk, ProbeStaysUp
from snapback.model.experiment import Experiment
from snapback.run.steadiness import steadiness_problems, unsteady
from tests.fakes.answers import answer

URL = "https://shop.example/health"
GATED = Experiment(
    function_name="orders", expect=[AlarmStaysOk(alarm="late"), ProbeStaysUp(url=URL)]
)


@pytest.mark.parametrize(
    ("alarm", "status", "problems"),
    [
        ("OK", 200, []),
        ("INSUFFICIENT_DATA", 200, []),
        ("ALARM", 200, ["alarm 'late' is in ALARM already"]),
        ("OK", 500, [f"{URL} is down (it answered 500)"]),
        ("UNREADABLE", 200, ["alarm 'late' cannot be read (Throttling); grant cloudwatch:Des"]),
        (None, 500, ["alarm 'late' does not exist", "is down"]),
    ],
)
def test_nothing_is_touched_while_the_state_is_not_steady(
    alarm: str | None, status: int, problems: list[str]
) -> None:
    alarms = {"late": {"state": alarm, "since": 1, "why": "Throttling"}} if alarm else {}
    answered = {URL: {"status": status, "seconds": 0.1, "error": ""}}
    found = unsteady(GATED, alarms, answered)
    assert len(found) == len(problems)
    assert all(part in line for part, line in zip(problems, found, strict=True))


def test_an_endpoint_that_is_down_is_told_without_its_query() -> None:
    secret = Experiment(function_name="orders", expect=[ProbeStaysUp(url=f"{URL}?token=secret")])
    [problem] = unsteady(secret, {}, {URL: {"status": 500, "seconds": 0.1, "error": ""}})
    assert f"{URL} is down (it answered 500)" in problem
    assert "secret" not in problem


def test_endpoints_that_differ_only_in_what_is_not_told_are_refused() -> None:
    asked = [ProbeStaysUp(url=f"{URL}?{each}=secret") for each in ("one", "two")]
    step = steadiness_problems(Experiment(function_name="orders", expect=list(asked)))
    with pytest.raises(StopIteration) as ended:
        next(step)
    [problem] = ended.value.value
    assert problem.startswith(f"expect: {URL} is probed with several queries")


def test_too_many_endpoints_are_not_probed() -> None:
    probed = [ProbeStaysUp(url=f"{URL}/{number}") for number in range(5)]
    many = Experiment(function_name="orders", expect=[*probed])
    assert answer(steadiness_problems(many), {}) == [
        "expect: 5 endpoints are too many to probe; name at most 4"
    ]
