"""Two small state machines that fail on purpose inside a Catch."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from prove.sample.parts import tell

_CATCH = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "Next": "Passed"}


def _machine(query_language: str, states: dict[str, Any], caught: dict[str, Any]) -> str:
    return json.dumps({
        "QueryLanguage": query_language,
        "StartAt": "Try",
        "States": {
            "Try": {
                "Type": "Parallel",
                "Branches": [{"StartAt": "Fail", "States": {"Fail": {**states, "End": True}}}],
                **_CATCH,
            },
            "Caught": {"Type": "Pass", **caught, "End": True},
            "Passed": {"Type": "Succeed"},
        },
    })  # fmt: skip


PATH = _machine(
    "JSONPath",
    {"Type": "Pass", "InputPath": "$.there.is.no.such.path"},
    {"Parameters": {"caught.$": "$.Error"}},
)
EXPRESSION = _machine(
    "JSONata",
    {"Type": "Pass", "Output": "{% $number('no number') %}"},
    {"Output": {"caught": "{% $states.input.Error %}"}},
)


class Machines(Construct):
    """Both, with their ARNs as outputs."""

    def __init__(self, scope: cdk.Stack, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        made = {
            name: sfn.StateMachine(
                self, name, definition_body=sfn.DefinitionBody.from_string(definition)
            )
            for name, definition in {"Path": PATH, "Expression": EXPRESSION}.items()
        }
        tell(
            scope,
            **{f"{name}MachineArn": each.state_machine_arn for name, each in made.items()},
        )
