"""`python -m watch EXECUTION` shows an experiment until it ends; needs the SDK's usual settings."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from rich.live import Live

from aws.table import load
from snapback.effects import Load
from snapback.records import partition
from watch.look import Look, look
from watch.view import CONSOLE, drawn, line

HISTORY_EVENTS = 30


def main() -> int:
    """Watch one execution, given by ARN or name; 1 if it did not succeed."""
    options = _options()
    seen = None
    with Live(console=CONSOLE, auto_refresh=False) as live:
        for seen in looks(options.execution, options.stack, options.seconds):
            if CONSOLE.is_terminal:
                live.update(drawn(seen), refresh=True)
            else:
                CONSOLE.print(line(seen), soft_wrap=True, highlight=False)
    return 0 if seen and seen.status == "SUCCEEDED" else 1


def looks(execution: str, stack: str, pause: float) -> Iterator[Look]:
    """A look every few seconds, the last one when the execution has ended."""
    outputs = _outputs(stack)
    arn = execution_arn(execution, outputs["ExperimentStateMachineArn"])
    glance = _glance(arn, outputs["TableName"])
    while not (seen := glance()).over:
        yield seen
        time.sleep(pause)
    yield seen


def execution_arn(execution: str, machine_arn: str) -> str:
    """The ARN of an execution that is given by ARN or by name."""
    if execution.startswith("arn:"):
        return execution
    return f"{machine_arn.replace(':stateMachine:', ':execution:')}:{execution}"


def _glance(arn: str, table_name: str) -> Callable[[], Look]:
    states: Any = boto3.client("stepfunctions")

    def once() -> Look:
        found = states.describe_execution(executionArn=arn)
        history = states.get_execution_history(
            executionArn=arn, reverseOrder=True, maxResults=HISTORY_EVENTS
        )
        items = load(table_name, Load(partition(found["name"])))
        return look(found, history, items, time.time())

    return once


def _outputs(stack: str) -> dict[str, str]:
    [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make watch EXECUTION=…", description=__doc__)
    parser.add_argument("execution", help="the ARN or the name of an execution")
    parser.add_argument("--stack", default="Snapback", help="the stack it runs in (Snapback)")
    parser.add_argument("--seconds", type=float, default=2, help="the pause between looks (2)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
