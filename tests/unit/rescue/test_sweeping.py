import json
from typing import Any

import pytest

from snapback.model.effects import Call, Effect
from snapback.model.experiment import Experiment
from snapback.model.place import Place
from snapback.model.records import Meta, meta_key
from snapback.model.timings import Timings
from snapback.rescue import reasons
from snapback.rescue.sweeping import Sweep, Swept, fact, sweep, sweep_alarms, sweep_all
from tests.fakes.answers import Canned, answer, refused
from tests.fakes.attempts import attempt
from tests.fakes.world import World

NOW = 1000.0
RESTORE = "arn:restore"
TIMINGS = Timings()


def meta(**changes: Any) -> Meta:
    values: dict[str, Any] = {
        "experiment_id": "run",
        "status": "running",
        "execution_arn": "arn:run",
        "experiment": Experiment(function_name="orders", stop_alarms=["old"]),
        "deadline": NOW + 60,
    }
    return Meta(**(values | changes))


def answers(status: str, alarm: str = "OK") -> dict[str, Canned]:
    alarms = [{"AlarmName": "old", "StateValue": alarm}]
    return {"DescribeExecution": {"status": status}, "DescribeAlarms": {"MetricAlarms": alarms}}


@pytest.mark.parametrize(
    ("changes", "given", "reason"),
    [
        ({}, answers("RUNNING"), ""),
        ({}, answers("FAILED"), "its execution is FAILED"),
        ({}, answers("ABORTED"), "its execution is ABORTED"),
        ({}, answers("TIMED_OUT"), "its execution is TIMED_OUT"),
        ({}, answers("SUCCEEDED"), "its execution is SUCCEEDED"),
        ({}, answers("PENDING_REDRIVE"), ""),
        ({"deadline": NOW - 5}, {}, "its deadline passed 5 seconds ago"),
        ({"deadline": NOW}, answers("RUNNING"), ""),
    ],
)
def test_only_a_fact_calls_for_a_restore(
    changes: dict[str, Any], given: dict[str, Canned], reason: str
) -> None:
    assert answer(fact(meta(**changes), NOW), given) == reason


def test_an_execution_that_nothing_is_known_of_is_no_fact() -> None:
    unknown = {"DescribeExecution": refused("ExecutionDoesNotExist", 400)}
    assert answer(fact(meta(experiment=Experiment(function_name="orders")), NOW), unknown) == ""


def swept(
    found: Meta, given: dict[str, Canned], stopped: str = "", restoring_since: float = NOW - 10
) -> tuple[Swept, list[Any]]:
    """What the sweeper answers by facts and then by alarms, and the restores it started."""
    started: list[Any] = []

    def start(params: Any) -> dict[str, str]:
        started.append(params)
        return {"executionArn": "arn:started"}

    targets = [
        {
            "experiment_id": "run",
            "key": status,
            "name": status,
            "status": status,
            "restoring_since": restoring_since,
        }
        for status in ("injected", "restoring", "restored", "captured")
    ]
    calls = {"StartExecution": start} | given
    step = sweep(found, stopped, RESTORE, attempt(NOW, timings=TIMINGS))
    early = answer(step, {**calls, "DescribeAlarms": _elsewhere}, items=targets)
    return answer(sweep_alarms(found, early, RESTORE), calls, items=targets), started


def _elsewhere(_params: Any) -> Any:
    pytest.fail("a fact was asked of another Region")


def test_an_experiment_that_is_being_looked_after_is_left_alone() -> None:
    assert swept(meta(), answers("RUNNING")) == (Swept(), [])


@pytest.mark.parametrize("status", ["running", "restoring"])
def test_a_restore_that_keeps_failing_in_its_own_execution_is_counted(status: str) -> None:
    """Each attempt pushes the deadline ahead: only the target knows since when."""
    since = NOW - TIMINGS.late_seconds - 1
    late = swept(meta(status=status), answers("RUNNING"), restoring_since=since)
    assert late == (Swept("", 1, ""), [])


@pytest.mark.parametrize("status", ["preparing", "running", "restoring"])
@pytest.mark.parametrize("seconds", [0, 300, TIMINGS.late_seconds])
def test_a_restore_that_has_time_left_is_not_counted(status: str, seconds: int) -> None:
    found = swept(meta(status=status), answers("RUNNING"), restoring_since=NOW - seconds)
    assert found == (Swept(), [])


def test_a_stop_alarm_ends_a_running_window() -> None:
    found, [started] = swept(meta(), answers("RUNNING", "ALARM"))
    assert found == Swept("stop alarm old is in ALARM", 2, "arn:started")
    assert json.loads(started["input"])["reason"] == "stop alarm old is in ALARM"


@pytest.mark.parametrize("status", ["preparing", "restoring", "closed"])
def test_a_stop_alarm_is_asked_only_of_a_running_window(status: str) -> None:
    assert swept(meta(status=status), answers("RUNNING", "ALARM")) == (Swept(), [])


@pytest.mark.parametrize("status", ["closed"])
def test_a_closed_experiment_that_the_index_still_lists_is_left_alone(status: str) -> None:
    assert swept(meta(status=status, deadline=0), {}) == (Swept(), [])


def test_a_restore_is_started_with_the_reason() -> None:
    found, [started] = swept(meta(), answers("ABORTED"))
    assert found == Swept("its execution is ABORTED", 2, "arn:started")
    assert started["stateMachineArn"] == RESTORE
    assert json.loads(started["input"]) == {
        "experiment_id": "run",
        "reason": "its execution is ABORTED",
    }


def test_no_name_of_an_alarm_keeps_a_restore_from_starting() -> None:
    """The restore refuses a reason that cannot be shown: the sweeper never gives it one."""
    strange = [f"\x1b{number}\u202e" + "x" * 250 for number in range(9)]
    alarms = [{"AlarmName": name, "StateValue": "ALARM"} for name in strange]
    asked = meta(experiment=Experiment(function_name="orders", stop_alarms=strange))
    given = {**answers("RUNNING"), "DescribeAlarms": {"MetricAlarms": alarms}}
    _, [started] = swept(asked, given)
    reason = json.loads(started["input"])["reason"]
    assert reason.startswith("stop alarm")
    assert reasons.problem("reason", reason) == ""


def test_the_kill_switch_restores_even_a_healthy_experiment() -> None:
    found, [started] = swept(meta(), {}, stopped="the kill switch is engaged")
    assert found.reason == "the kill switch is engaged"
    assert json.loads(started["input"])["reason"] == "the kill switch is engaged"


def test_each_attempt_has_a_name_of_its_own_that_step_functions_accepts() -> None:
    names = set()
    for tried in range(3):
        long = meta(experiment_id="x" * 80, restore_attempt=tried)
        _, [started] = swept(long, answers("FAILED"))
        names.add(started["name"])
        assert len(started["name"]) <= 80
    assert len(names) == 3


def test_a_restore_that_is_running_is_not_started_again() -> None:
    tried = meta(restore_attempt=1, restore_execution_arn="arn:restoring", deadline=NOW - 1)
    found, started = swept(tried, answers("RUNNING"))
    assert (found.unrestored, started) == (2, [])


def test_a_restore_that_ended_without_success_is_tried_again() -> None:
    tried = meta(restore_attempt=1, restore_execution_arn="arn:restoring", deadline=NOW - 1)
    _, [started] = swept(tried, answers("FAILED"))
    assert started == {
        "stateMachineArn": RESTORE,
        "name": "restore-2-run",
        "input": '{"experiment_id": "run", "reason": "its deadline passed 1 seconds ago"}',
    }


def test_a_restore_has_a_name_as_long_as_step_functions_takes() -> None:
    long = "an-experiment-" * 6
    _, [started] = swept(meta(experiment_id=long[:80]), answers("FAILED"))
    assert started["name"] == f"restore-1-{long}"[:80]


def test_what_could_not_be_started_is_still_counted() -> None:
    given = answers("FAILED") | {"StartExecution": refused("ExecutionLimitExceeded", 400)}
    found, _ = swept(meta(), given)
    assert found == Swept("its execution is FAILED", 2, "")


def opened(*names: str, given: dict[str, Canned], **changes: Any) -> World:
    """A world with open experiments of these names."""
    world = World({"GetParameter": {"Parameter": {"Value": "off"}}, **given}, NOW)
    for name in names:
        found = meta(experiment_id=name, execution_arn=f"arn:{name}", **changes)
        world.put(meta_key(name), found.item() | {"open": "yes"})
    return world


def swept_all(world: World, timings: Timings = TIMINGS) -> Sweep:
    mine = world.attempt(seconds=50, timings=timings)
    return world.run(sweep_all("switch", RESTORE, mine, lambda numbers: list(reversed(numbers))))


def test_every_open_experiment_is_looked_at_and_each_rescue_is_counted() -> None:
    def status(params: Any) -> dict[str, str]:
        return {"status": "FAILED" if params["executionArn"] == "arn:b" else "RUNNING"}

    started: dict[str, Canned] = {"StartExecution": {"executionArn": "arn:started"}}
    world = opened("a", "b", "c", given={**answers(""), **started, "DescribeExecution": status})
    found = swept_all(world)
    assert found.counts == {"open": 3, "rescued": 1, "unrestored": 0}
    assert (found.complete, found.errors) == (True, ())
    assert world.items[meta_key("b")]["restore_execution_arn"] == "arn:started"


def test_alarms_are_asked_for_last_in_the_order_given_and_of_their_region() -> None:
    remote = Experiment(function_name="orders", region="eu-west-3", stop_alarms=["old"])
    world = opened("a", "b", given=answers("RUNNING"), experiment=remote)
    asked: list[str] = []
    world.meanwhile = lambda effect: asked.append(_about(effect))
    assert swept_all(world).complete
    about = [each for each in asked if each]
    assert about == ["GetParameter", "arn:a", "arn:b", "DescribeAlarms", "DescribeAlarms"]
    alarms = [each.place for each in world.calls if each.operation == "DescribeAlarms"]
    assert alarms == [Place("eu-west-3", in_a_hurry=True)] * 2


def _about(effect: Effect) -> str:
    if not isinstance(effect, Call):
        return ""
    return str(effect.params.get("executionArn", effect.operation))


def test_an_experiment_that_cannot_be_looked_at_keeps_the_others_from_nothing() -> None:
    def status(params: Any) -> Any:
        if params["executionArn"] == "arn:a":
            raise ValueError("a surprise")
        return {"status": "FAILED"}

    given = {**answers(""), "DescribeExecution": status, "StartExecution": {"executionArn": "r"}}
    found = swept_all(opened("a", "b", given=given))
    assert (found.rescued, found.complete, found.errors) == (1, False, ("a surprise",))


def test_a_sweep_that_had_no_time_for_all_says_so() -> None:
    timings = Timings(alarm_look_seconds=48)
    found = swept_all(opened("a", given=answers("RUNNING")), timings)
    assert (found.open, found.complete) == (1, False)
