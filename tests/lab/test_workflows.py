"""State machines: JSONata, and the errors that restore relies on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

type Execute = Callable[..., dict[str, Any]]

SLEEPER = (
    "import time\ndef handler(event, context):\n time.sleep(event.get('seconds', 0))\n return event"
)


def machine(start: str, **states: Any) -> dict[str, Any]:
    """A JSONata state machine."""
    return {"QueryLanguage": "JSONata", "StartAt": start, "States": states}


def test_jsonata_sees_quotes_newlines_and_unicode(execute: Execute) -> None:
    """Strings reach expressions unchanged, as do null, empty lists and lists of one."""
    value = {"text": 'say "hé"\n\\ {% $x %}', "none": None, "empty": [], "one": [1]}
    ended = execute(
        "quotes",
        machine(
            "Keep",
            Keep={
                "Type": "Pass",
                "Assign": {"kept": "{% $states.input %}", "text": "{% $states.input.text %}"},
                "Next": "Give",
            },
            Give={
                "Type": "Pass",
                "Output": {
                    "kept": "{% $kept %}",
                    "text": "{% $text %}",
                    "n": "{% $count([1, 2]) %}",
                },
                "End": True,
            },
        ),
        value,
    )
    assert json.loads(ended["output"]) == {"kept": value, "text": value["text"], "n": 2}


@pytest.mark.parametrize(
    ("name", "expression"),
    [("undefined", "$states.input.missing"), ("failing", "$number('x')"), ("unknown", "$nothing")],
)
def test_a_bad_expression_is_a_named_error(execute: Execute, name: str, expression: str) -> None:
    """States.QueryEvaluationError, which a Catch catches."""
    ended = execute(
        f"{name}-expression",
        machine(
            "Window",
            Window={
                "Type": "Parallel",
                "Branches": [
                    {
                        "StartAt": "Read",
                        "States": {
                            "Read": {
                                "Type": "Pass",
                                "Output": f"{{% {expression} %}}",
                                "End": True,
                            }
                        },
                    }
                ],
                "Catch": [
                    {
                        "ErrorEquals": ["States.ALL"],
                        "Output": "{% $states.errorOutput.Error %}",
                        "Next": "Restore",
                    }
                ],
                "Next": "Never",
            },
            Restore={"Type": "Succeed"},
            Never={"Type": "Fail"},
        ),
    )
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"]) == "States.QueryEvaluationError"


def test_a_task_timeout_that_leaves_a_parallel_is_caught(
    execute: Execute, make_function: Callable[..., str]
) -> None:
    """States.Timeout of a task inside the window leads to restore."""
    arn = make_function("sleeper", SLEEPER)
    begun = time.monotonic()
    ended = execute(
        "timeout",
        machine(
            "Window",
            Window={
                "Type": "Parallel",
                "Branches": [
                    {
                        "StartAt": "Sleep",
                        "States": {
                            "Sleep": {
                                "Type": "Task",
                                "Resource": arn,
                                "Arguments": {"seconds": 10},
                                "TimeoutSeconds": 1,
                                "End": True,
                            }
                        },
                    }
                ],
                "Catch": [
                    {
                        "ErrorEquals": ["States.ALL"],
                        "Output": "{% $states.errorOutput.Error %}",
                        "Next": "Restore",
                    }
                ],
                "Next": "Restore",
            },
            Restore={"Type": "Succeed"},
        ),
    )
    assert json.loads(ended["output"]) == "States.Timeout"
    assert time.monotonic() - begun < 6


def test_a_map_catches_a_handlers_error_by_its_class_name(
    execute: Execute, make_function: Callable[..., str]
) -> None:
    """Items run at the same time in processes of their own; each catches its own failure."""
    arn = make_function(
        "picky",
        "class TargetBusy(Exception): pass\n"
        "def handler(event, context):\n"
        " if event['item'] == 2: raise TargetBusy('two')\n"
        " return event['item'] * 10",
    )
    ended = execute(
        "map",
        machine(
            "Each",
            Each={
                "Type": "Map",
                "Items": "{% $states.input.items %}",
                "MaxConcurrency": 3,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    "StartAt": "Work",
                    "States": {
                        "Work": {
                            "Type": "Task",
                            "Resource": arn,
                            "Arguments": {"item": "{% $states.input %}"},
                            "Retry": [
                                {
                                    "ErrorEquals": ["Lambda.Unknown"],
                                    "IntervalSeconds": 1,
                                    "MaxAttempts": 2,
                                }
                            ],
                            "Catch": [
                                {
                                    "ErrorEquals": ["TargetBusy"],
                                    "Output": "{% $states.errorOutput.Error %}",
                                    "Next": "Failed",
                                }
                            ],
                            "End": True,
                        },
                        "Failed": {"Type": "Pass", "End": True},
                    },
                },
                "End": True,
            },
        ),
        {"items": [1, 2, 3]},
    )
    assert json.loads(ended["output"]) == [10, "TargetBusy", 30]


def test_a_machine_timeout_is_reported(execute: Execute) -> None:
    """TimeoutSeconds of the machine ends it as TIMED_OUT."""
    definition = machine("Wait", Wait={"Type": "Wait", "Seconds": 30, "End": True})
    assert execute("machine-timeout", {**definition, "TimeoutSeconds": 1})["status"] == "TIMED_OUT"


SLOW_FAILURE = (
    "import time\ndef handler(event, context):\n time.sleep(2)\n raise ValueError('late')"
)
ANY = [{"ErrorEquals": ["States.ALL"]}]


@pytest.mark.parametrize("source", [SLEEPER, SLOW_FAILURE], ids=["answers", "fails"])
@pytest.mark.parametrize("inside", ["map", "window"])
def test_a_stop_inside_a_map_aborts_the_execution(
    aws: Any,
    make_function: Callable[..., str],
    eventually: Callable[..., Any],
    source: str,
    inside: str,
) -> None:
    """Neither the task that was running, nor its Retry, nor a Catch around it changes that."""
    name = f"stopped-{inside}-{'answers' if source == SLEEPER else 'fails'}"
    work = {
        "Type": "Task",
        "Resource": make_function(name, source),
        "Arguments": {"seconds": 2},
        "Retry": ANY,
        "End": True,
    }
    each = {
        "Type": "Map",
        "Items": [1],
        "ItemProcessor": {"StartAt": "Work", "States": {"Work": work}},
        "End": True,
    }
    window = {
        "Type": "Parallel",
        "Branches": [{"StartAt": "Each", "States": {"Each": each}}],
        "Catch": [{**ANY[0], "Next": "Restore"}],
        "Next": "Restore",
    }
    states = aws("stepfunctions")
    made = states.create_state_machine(
        name=name,
        definition=json.dumps(
            machine("Each", Each=each)
            if inside == "map"
            else machine("Window", Window=window, Restore={"Type": "Succeed"})
        ),
        roleArn="arn:aws:iam::000000000000:role/test",
    )
    arn = states.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
    eventually(
        lambda: any(
            event["type"] == "LambdaFunctionStarted"
            for event in states.get_execution_history(executionArn=arn)["events"]
        )
    )
    states.stop_execution(executionArn=arn)
    found = eventually(
        lambda: (
            (found := states.describe_execution(executionArn=arn))["status"] != "RUNNING" and found
        )
    )
    assert found["status"] == "ABORTED"
    assert "error" not in found


def test_ten_warm_tasks_are_quick(execute: Execute, make_function: Callable[..., str]) -> None:
    """A loop of warm invocations costs a fraction of a second each."""
    arn = make_function("quick", "def handler(event, context): return event['n'] + 1")
    loop = machine(
        "Count",
        Count={
            "Type": "Task",
            "Resource": arn,
            "Arguments": {"n": "{% $states.input.n %}"},
            "Output": {"n": "{% $states.result %}"},
            "Next": "Enough?",
        },
        **{
            "Enough?": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input.n < 10 %}", "Next": "Count"}],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
        },
    )
    begun = time.monotonic()
    assert json.loads(execute("ten", loop, {"n": 0})["output"]) == {"n": 10}
    assert time.monotonic() - begun < 6
