"""A target that nothing can put back is given up by a person, with a reason, and the rest closes."""

import time
from typing import Any

import pytest

from snapback.model.records import Target
from tests.workflow.account import Account
from tests.workflow.actions import everywhere, stop_in_window

REASON = "the team has deleted its queue for good"


@pytest.fixture
def stopped(account: Account) -> str:
    """The id of an experiment that was stopped in its window."""
    return stop_in_window(account).name


@pytest.fixture
def tried(account: Account, stopped: str) -> str:
    """The same, of which a restore has long failed to put the queue's mapping back."""
    restoring(account, since=601)
    return stopped


def restoring(account: Account, since: int) -> None:
    """A restore has tried to put the queue's mapping back for so many seconds."""
    (target,) = targets_of(account, "queue")
    begun = {"status": "restoring", "came_from": "injected", "reason": "its queue is gone"}
    account.put(target | begun | {"restoring_since": time.time() - since})


def targets_of(account: Account, *names: str) -> list[dict[str, Any]]:
    uuids = [account.uuids[name] for name in names]
    return [each for each in account.items("target#") if each["name"] in uuids]


def abandon(account: Account, experiment_id: str, **wanted: object) -> dict[str, Any]:
    return account.run("abandon", {"experiment_id": experiment_id, **wanted})


def restore(account: Account, experiment_id: str) -> dict[str, Any]:
    return account.run("restore", {"experiment_id": experiment_id})


@pytest.mark.parametrize("name", ["name", "key"])
def test_what_is_abandoned_is_recorded_and_the_rest_is_restored_and_closed(
    account: Account, tried: str, name: str
) -> None:
    queue = account.uuids["queue"]
    (target,) = targets_of(account, "queue")
    given_up = abandon(
        account, tried, **{name: getattr(Target.of(target), name)}, reason=f" {REASON} "
    )
    said = f"{REASON} (execution {given_up['name']})"
    assert given_up["status"] == "SUCCEEDED"
    result = restore(account, tried)
    assert (result["status"], result["error"]) == ("FAILED", "TargetsDiffer")
    assert f"{queue} was abandoned: {said}. By hand: aws lambda create-e" in result["cause"]
    (target,) = targets_of(account, "queue")
    assert (target["status"], target["reason"]) == ("abandoned", said)
    assert {each["status"] for each in targets_of(account, "paused", "stream")} == {"restored"}
    assert len(account.mappings()) == 2
    assert account.open() == []
    report = account.items("report")[0]["report"]
    assert (report["status"], report["counts"]["abandoned"]) == ("deviated", 1)
    (told,) = (each for each in report["targets"] if each["by_hand"])
    assert (told["old_uuid"], told["status"]) == (queue, "abandoned")
    begins = "aws lambda create-event-source-mapping --region eu-west-1 --cli-input-json '{"
    assert told["by_hand"].startswith(begins)
    assert told["reason"] == said


@pytest.mark.parametrize(
    ("wanted", "problems"),
    [
        ({}, ["input: name one target", "reason: None is refused"]),
        ({"name": "", "reason": " "}, ["name: '' is refused", "reason: ' '"]),
        ({"name": "a", "key": "b", "reason": "c"}, ["input: name one target, by its name or its"]),
        ({"name": "a", "reason": "c", "why": 1}, ["why: unknown key"]),
        ({"name": "a", "reason": "c"}, ["experiment_id: 'never-ran' is not open"]),
    ],
)
def test_what_cannot_be_done_is_refused_with_every_problem(
    account: Account, wanted: dict[str, object], problems: list[str]
) -> None:
    result = abandon(account, "never-ran", **wanted)
    assert (result["status"], result["error"]) == ("FAILED", "InvalidExperiment")
    assert all(problem in result["cause"] for problem in problems)
    assert account.items("") == []


def test_only_a_target_that_a_restore_cannot_put_back_can_be_abandoned(
    account: Account, tried: str
) -> None:
    untried = account.uuids["stream"]
    for uuid, said in {
        untried: "is injected; only a target that a restore fails to put back can be abandoned",
        "nobody": "'nobody' is not a target of this experiment; give one of",
    }.items():
        result = abandon(account, tried, name=uuid, reason=REASON)
        assert result["error"] == "InvalidExperiment"
        assert said in result["cause"]
        assert account.mappings() == []
    assert len(account.items("lock")) == 3


def test_a_target_on_its_way_back_cannot_be_abandoned_and_comes_back(
    account: Account, stopped: str
) -> None:
    restoring(account, since=30)
    refused = abandon(account, stopped, name=account.uuids["queue"], reason=REASON)
    assert (refused["status"], refused["error"]) == ("FAILED", "InvalidExperiment")
    assert restore(account, stopped)["status"] == "SUCCEEDED"
    assert len(account.mappings()) == 3
    assert account.open() == []


@everywhere
def test_asking_again_for_what_is_abandoned_is_no_error(account: Account, tried: str) -> None:
    wanted = {"name": account.uuids["queue"], "reason": REASON}
    assert abandon(account, tried, **wanted)["status"] == "SUCCEEDED"
    assert abandon(account, tried, **wanted)["status"] == "SUCCEEDED"
    assert [each["status"] for each in targets_of(account, "queue")] == ["abandoned"]
    assert restore(account, tried)["error"] == "TargetsDiffer"
    assert account.open() == []
