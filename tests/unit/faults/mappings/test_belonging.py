"""What someone has written into the table is not put back unless it is the experiment's own target."""

from typing import Any

import pytest

from snapback.faults import registry
from snapback.faults.mappings.mapping import key_of
from snapback.model.experiment import Experiment
from snapback.model.records import Snapshot, Target
from tests.unit.samples import CONFIGS, FUNCTION, REQUESTS, SOURCE, UUID

ELSEWHERE = "arn:aws:iam::210987654321:role/SnapbackTarget"
ATTACKER = FUNCTION.replace("orders", "attacker")
QUEUE = SOURCE.format("sqs", "attacker")


def target(source: str, fault: str, config: Any = None, undo: Any = None) -> Target:
    """A mapping as it is recorded, with what someone has written over it."""
    real = CONFIGS[source]
    request = REQUESTS[source] if fault == "delete-mappings" else {"UUID": UUID, "Enabled": True}
    document = {"config": {**real, **(config or {})}}
    snapshot = Snapshot(document, {**request, **(undo or {})}, document)
    return Target("run", key_of(real), "injected", UUID, snapshot=snapshot)


def foreign(each: Target, fault: str = "delete-mappings", **asked: Any) -> str:
    experiment = Experiment(**{"function_name": "orders", "fault": fault, **asked})
    return registry.undo(fault).foreign(each, experiment)


@pytest.mark.parametrize("fault", registry.FAULTS)
@pytest.mark.parametrize("source", CONFIGS)
@pytest.mark.parametrize(
    "name", ["orders", "orders:live", FUNCTION, f"{FUNCTION}:live", "123456789012:function:orders"]
)
def test_every_target_of_the_function_belongs_to_the_experiment(
    source: str, fault: str, name: str
) -> None:
    assert foreign(target(source, fault), fault, function_name=name) == ""


@pytest.mark.parametrize(
    ("undo", "config"),
    [
        ({"FunctionName": ATTACKER}, {}),
        ({"EventSourceArn": QUEUE}, {}),
        ({"FunctionName": ATTACKER, "EventSourceArn": QUEUE}, {}),
        ({}, {"FunctionArn": ATTACKER}),
        ({"EventSourceArn": QUEUE}, {"EventSourceArn": QUEUE}),
    ],
)
def test_a_request_for_another_function_or_queue_is_foreign(undo: Any, config: Any) -> None:
    assert foreign(target("sqs", "delete-mappings", config, undo))


def test_a_target_that_was_written_as_a_whole_is_foreign_to_the_experiment_s_function() -> None:
    forged = {"FunctionArn": ATTACKER, "EventSourceArn": QUEUE}
    request = {"FunctionName": ATTACKER, "EventSourceArn": QUEUE}
    whole = target("sqs", "delete-mappings", forged, request)
    whole = Target("run", f"{QUEUE}|{ATTACKER}", "injected", UUID, snapshot=whole.snapshot)
    assert foreign(whole) == f"it feeds {ATTACKER}, and the experiment is about orders"


def test_a_function_of_another_account_than_the_role_s_is_foreign() -> None:
    assert foreign(target("sqs", "delete-mappings"), assume_role_arn=ELSEWHERE)


def test_a_request_that_changes_another_mapping_is_foreign() -> None:
    assert foreign(target("sqs", "disable-mappings", undo={"UUID": "other"}), "disable-mappings")
