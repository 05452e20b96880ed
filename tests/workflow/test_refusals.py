"""A request that cannot be met is refused with every problem at once, and nothing is touched."""

import json
import time
from typing import Any

import boto3
import pytest

from tests.fakes.cloud.world import World
from tests.fakes.lambdas import Context, Handler
from tests.fakes.workload import FUNCTIONS, map_source
from tests.workflow.account import Account, Execution
from tests.workflow.actions import ALL, everywhere, opt_out

ORDERS, OTHERS = f"{FUNCTIONS}orders", f"{FUNCTIONS}others"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def refused(account: Account, asked: Any) -> list[str]:
    """Run a request that must be refused; answers the lines of the cause."""
    before = account.mappings()
    result = account.run("experiment", asked)
    assert (result["status"], result["error"]) == ("FAILED", "InvalidExperiment")
    assert account.mappings() == before
    assert account.items("") == []
    cause = result["cause"]
    shape = json.loads(cause) if cause.startswith("{") else {"errorMessage": cause}
    return str(shape["errorMessage"]).splitlines()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"function_name": "nobody"}, "function_name: 'nobody' does not exist"),
        ({"event_uuids": [UNKNOWN]}, f"event_uuids: {UNKNOWN} does not exist"),
        ({"event_uuids": []}, "event_uuids: the list is empty"),
        ({"total_chaos_duration": 0}, "total_chaos_duration: 0 is refused"),
        ({"total_chaos_duration": -5}, "total_chaos_duration: -5 is refused"),
        ({"total_chaos_duration": 10**9}, "total_chaos_duration: 1000000000 is longer than"),
        ({"durations": 30}, "durations: unknown key"),
        ({"cycles": "many"}, "cycles: 'many' is refused"),
        ({"cycles": 100, "chaos_interval": 86_400}, "cycles: 100 parallel cycles would take"),
        ({"cycles": 100, "total_chaos_duration": 600}, "exceed the history of one execution"),
        ({"stop_alarms": ["nobody-set-it"]}, "stop_alarms: 'nobody-set-it' does not exist"),
    ],
    ids=json.dumps,
)
def test_a_bad_request_is_refused(account: Account, changes: dict[str, Any], problem: str) -> None:
    assert [line for line in refused(account, ALL | changes) if problem in line]


@pytest.mark.parametrize("asked", [[], [1], "x", 3, None, True], ids=json.dumps)
def test_what_is_no_json_object_is_refused_with_an_example(account: Account, asked: Any) -> None:
    [line] = refused(account, asked)
    assert "is not a JSON object; give for example {" in line


def test_a_mapping_of_another_function_is_refused(account: Account) -> None:
    foreign = map_source("paused", "others")
    [line] = refused(account, ALL | {"event_uuids": [foreign]})
    assert f"{foreign} belongs to {OTHERS}, not to orders" in line


def test_a_mapping_given_twice_is_refused(account: Account) -> None:
    uuid = account.uuids["queue"]
    assert refused(account, ALL | {"event_uuids": [uuid, uuid]}) == [
        f"event_uuids: {uuid} is given twice; keep one"
    ]


def test_a_function_that_has_not_opted_in_is_refused(account: Account) -> None:
    opt_out()
    [line] = refused(account, ALL)
    assert "'orders' has not opted in; tag it snapback:allowed=true" in line


@pytest.mark.parametrize("state", ["Creating", "Enabling", "Disabling", "Updating", "Deleting"])
def test_a_mapping_in_transition_is_refused(account: Account, world: World, state: str) -> None:
    uuid = account.uuids["queue"]
    for asked in ("all", [uuid]):
        world.mappings.set(uuid, state)
        assert refused(account, ALL | {"event_uuids": asked}) == [
            f"event_uuids: {uuid} is {state}; wait until it is Enabled or Disabled"
        ]


def test_a_mapping_that_feeds_another_function_by_now_is_left_alone(account: Account) -> None:
    """It was proved, then repointed; the function that it feeds now was never asked about."""
    uuid = account.uuids["queue"]

    def repointed(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        boto3.client("lambda").update_event_source_mapping(UUID=uuid, FunctionName=OTHERS)
        return handler(event, context)

    account.replaced["snapshot_targets"] = repointed
    for asked in ({}, {"dry_run": True}):
        result = account.run("experiment", ALL | {"event_uuids": [uuid], **asked})
        assert (result["status"], result["error"]) == ("FAILED", "TargetsChanged")
        assert f"{uuid} was changed after validation; start again" in result["cause"]
        account.state()
        boto3.client("lambda").update_event_source_mapping(UUID=uuid, FunctionName=ORDERS)
        account.state()
    assert {each["UUID"] for each in account.mappings()} == set(account.uuids.values())
    assert account.items("") == []


def test_every_problem_is_named_at_once(account: Account) -> None:
    foreign = map_source("paused", "others")
    lines = refused(
        account,
        {
            "function_name": "orders",
            "event_uuids": [UNKNOWN, foreign],
            "cycles": 0,
            "sequence": "sideways",
            "ramptime": 1,
            "stop_alarms": ["nobody-set-it"],
        },
    )
    fields = [line.split(":")[0] for line in lines]
    assert sorted(fields) == [
        "cycles",
        "event_uuids",
        "event_uuids",
        "ramptime",
        "sequence",
        "stop_alarms",
    ]


def test_the_tunables_of_other_chaos_tools_are_understood(account: Account) -> None:
    uuids = f"{account.uuids['queue']}, {account.uuids['stream']}"
    asked = {"FUNCTION_NAME": "orders", "EVENT_UUIDS": uuids, "TOTAL_CHAOS_DURATION": "1"}
    result = account.run("experiment", asked | {"SEQUENCE": "serial", "RAMP_TIME": ""})
    assert result["status"] == "SUCCEEDED", result.get("cause")
    kept = {m["UUID"] for m in account.mappings()} & set(account.uuids.values())
    assert kept == {account.uuids["paused"]}


def test_a_second_experiment_on_the_same_target_is_refused_and_the_first_unharmed(
    account: Account,
) -> None:
    found = account.state()
    first = account.start("experiment", ALL | {"total_chaos_duration": 60, "ramp_time": 30})
    account.until(lambda: account.items("lock"), "the first experiment holds its locks")
    account.until(
        lambda: [t["status"] for t in account.items("target#")].count("captured") == 3,
        "the first experiment has captured its targets",
    )
    second = account.run("experiment", ALL | {"event_uuids": [account.uuids["queue"]]}, "second")
    assert (second["status"], second["error"]) == ("FAILED", "TargetsLocked")
    assert f"is held by experiment {first.name}" in second["cause"]
    assert [each["status"] for each in account.items("meta", "second")] == ["closed"]
    assert len(account.items("lock")) == 3
    assert account.result(first)["status"] == "SUCCEEDED"
    assert account.state() == found
    assert account.open() == []


@everywhere
def test_experiments_on_different_targets_run_side_by_side(account: Account) -> None:
    found = account.state()
    runs = [
        account.start("experiment", ALL | {"event_uuids": [account.uuids[name]]})
        for name in ("queue", "stream")
    ]
    assert {account.result(each)["status"] for each in runs} == {"SUCCEEDED"}
    assert account.state() == found
    assert account.open() == []


@pytest.mark.parametrize("status", ["running", "restoring", "closed"])
def test_a_name_that_another_execution_used_is_refused_and_that_one_unharmed(
    account: Account, status: str
) -> None:
    """Step Functions lets a name be used again after 90 days."""
    before = account.mappings()
    earlier = {
        "pk": f"experiment#nightly-{status}",
        "sk": "meta",
        "experiment_id": f"nightly-{status}",
        "status": status,
        "execution_arn": "arn:aws:states:eu-west-1:123456789012:execution:experiment:older",
        "experiment": {"fault": "delete-mappings"},
        "deadline": 0,
    }
    account.put(earlier)
    result = account.run("experiment", ALL, f"nightly-{status}")
    assert (result["status"], result["error"]) == ("FAILED", "InvalidExperiment")
    assert "start the execution under another name" in result["cause"]
    assert account.items("") == [earlier]
    assert account.mappings() == before


def test_no_more_experiments_than_the_stack_allows_are_open_together(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_OPEN_EXPERIMENTS", "1")
    uuids = account.uuids
    asked = {"function_name": "orders", "total_chaos_duration": 60}
    first = account.start("experiment", asked | {"event_uuids": [uuids["queue"]]})
    account.until(lambda: account.items("meta"), "the first is open")
    refused = account.run("experiment", asked | {"event_uuids": [uuids["stream"]]})
    assert (refused["status"], refused["error"]) == ("FAILED", "InvalidExperiment")
    assert "this stack allows 1 open experiments at once, and 1 are open" in refused["cause"]
    planned = account.run("experiment", asked | {"event_uuids": [uuids["stream"]], "dry_run": True})
    assert planned["status"] == "SUCCEEDED"
    assert account.result(first)["status"] == "SUCCEEDED"


def _running(account: Account) -> bool:
    return any(each["status"] == "running" for each in account.items("meta"))


def test_of_two_that_were_validated_at_once_the_cap_still_holds(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were counted before either was open; the second is counted again before it may touch."""
    monkeypatch.setenv("MAX_OPEN_TARGETS", "2")
    uuids = account.uuids
    asked = {"function_name": "orders", "total_chaos_duration": 60}
    began: list[Execution] = []

    def late(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        if not began:
            began.append(account.start("experiment", asked | {"event_uuids": [uuids["queue"]]}))
            while not _running(account):
                time.sleep(1)
        return handler(event, context)

    account.replaced["snapshot_targets"] = late
    both = {"event_uuids": [uuids["stream"], uuids["paused"]]}
    refused = account.run("experiment", asked | both)
    assert (refused["status"], refused["error"]) == ("FAILED", "InvalidExperiment")
    assert "2 targets and the 1 of open experiments are more than the 2" in refused["cause"]
    assert account.result(began[0])["status"] == "SUCCEEDED"
    assert {each["UUID"] for each in account.mappings()} >= {uuids["stream"], uuids["paused"]}
    assert account.open() == []
