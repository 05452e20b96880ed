"""EventBridge: status events and schedules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

ROLE = "arn:aws:iam::000000000000:role/test"


def test_stopping_an_execution_starts_another_machine(aws: Any, eventually: Any) -> None:
    """The ABORTED status event, transformed, is the input of the rule's machine."""
    states = aws("stepfunctions")
    wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
    done = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    arns = {
        name: states.create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        for name, definition in {"experiment": wait, "restore": done}.items()
    }
    pattern = {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "status": ["ABORTED", "TIMED_OUT", "FAILED"],
            "stateMachineArn": [arns["experiment"]],
        },
    }
    aws("events").put_rule(Name="rescue", EventPattern=json.dumps(pattern))
    transformer = {
        "InputPathsMap": {"name": "$.detail.name", "arn": "$.detail.executionArn"},
        "InputTemplate": '{"experiment_id": "<name>", "execution_arn": "<arn>"}',
    }
    aws("events").put_targets(
        Rule="rescue",
        Targets=[
            {
                "Id": "restore",
                "Arn": arns["restore"],
                "RoleArn": ROLE,
                "InputTransformer": transformer,
            }
        ],
    )
    started = states.start_execution(stateMachineArn=arns["experiment"], name="run-1")
    states.stop_execution(executionArn=started["executionArn"])
    rescues = eventually(
        lambda: states.list_executions(stateMachineArn=arns["restore"])["executions"]
    )
    rescue = states.describe_execution(executionArn=rescues[0]["executionArn"])
    assert json.loads(rescue["input"]) == {
        "experiment_id": "run-1",
        "execution_arn": started["executionArn"],
    }


def test_a_constant_input_starts_a_machine(aws: Any, eventually: Any) -> None:
    """A rule's own Input, whatever the event."""
    states = aws("stepfunctions")
    done = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    arn = states.create_state_machine(name="constant", definition=json.dumps(done), roleArn=ROLE)[
        "stateMachineArn"
    ]
    aws("events").put_rule(Name="constant", EventPattern=json.dumps({"source": ["test.constant"]}))
    aws("events").put_targets(
        Rule="constant",
        Targets=[
            {"Id": "machine", "Arn": arn, "RoleArn": ROLE, "Input": '{"id": 7, "fault": "x"}'}
        ],
    )
    aws("events").put_events(
        Entries=[{"Source": "test.constant", "DetailType": "Test", "Detail": "{}"}]
    )
    found = eventually(lambda: states.list_executions(stateMachineArn=arn)["executions"])
    started = states.describe_execution(executionArn=found[0]["executionArn"])
    assert json.loads(started["input"]) == {"id": 7, "fault": "x"}


def test_a_minute_rule_that_was_enabled_later_fires(
    aws: Any, eventually: Callable[..., Any], minute_queue: str
) -> None:
    """EnableRule reaches the schedule."""
    messages = eventually(
        lambda: aws("sqs").receive_message(QueueUrl=minute_queue).get("Messages"), seconds=75
    )
    assert json.loads(messages[0]["Body"]) == {"tick": True}
