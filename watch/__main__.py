"""Shows an experiment until its execution ends; it changes nothing."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.live import Live

from snapback.model.plain_text import plain
from watch.glance import glance
from watch.look import Look
from watch.place import NoLabRuns, variables
from watch.problems import explained
from watch.record import running_lab
from watch.view import CONSOLE, drawn, line

SHORTEST_PAUSE = 0.1
DID_NOT_SUCCEED, CANNOT_WATCH, INTERRUPTED = 1, 2, 130
_EPILOG = """\
Where: in the lab with --lab, or if `make lab` runs one from this directory and neither the environment
(AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL) nor an ARN names another account; else in AWS with
the SDK's usual settings.

Exit codes: 0 the execution succeeded, 1 it failed, was stopped or timed out, 2 it cannot be watched,
130 you stopped watching (the experiment goes on).
"""


class NotSnapback(Exception):
    """The stack lacks an output of Snapback."""

    def __init__(self, stack: str, output: str) -> None:
        """Name both."""
        super().__init__(f"stack {stack} has no output {output}: name Snapback's with --stack")


def main() -> int:
    """Watch one execution, given by ARN or name; the exit code says how it ended."""
    options = _options()
    try:
        found = variables(options.execution, os.environ, running_lab(), in_lab=options.lab)
        os.environ.update(found)
        if endpoint := found.get("AWS_ENDPOINT_URL"):
            sys.stderr.write(f"watching in the lab at {endpoint}\n")
        seen = _show(looks(options.execution, options.stack, options.seconds))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (ClientError, BotoCoreError, NoLabRuns, NotSnapback) as error:
        sys.stderr.write(plain(f"cannot watch {options.execution}: {explained(error)}\n"))
        return CANNOT_WATCH
    return 0 if seen.status == "SUCCEEDED" else DID_NOT_SUCCEED


def _show(found: Iterator[Look]) -> Look:
    """Show every look, and answer the last one; there is at least one."""
    with Live(console=CONSOLE, auto_refresh=False) as live:
        for seen in found:
            if CONSOLE.is_terminal:
                live.update(drawn(seen), refresh=True)
            else:
                CONSOLE.print(line(seen), soft_wrap=True)
    return seen


def looks(execution: str, stack: str, pause: float) -> Iterator[Look]:
    """A look every few seconds, the last one when the execution has ended."""
    outputs = _outputs(stack)
    for needed in ("ExperimentStateMachineArn", "TableName"):
        if needed not in outputs:
            raise NotSnapback(stack, needed)
    arn = execution_arn(execution, outputs["ExperimentStateMachineArn"])
    states, dynamodb = boto3.client("stepfunctions"), boto3.client("dynamodb")
    while not (seen := glance(states, dynamodb, outputs["TableName"], arn)).over:
        yield seen
        time.sleep(pause)
    yield seen


def execution_arn(execution: str, machine_arn: str) -> str:
    """The ARN of an execution that is given by ARN or by name."""
    if execution.startswith("arn:"):
        return execution
    return f"{machine_arn.replace(':stateMachine:', ':execution:')}:{execution}"


def _outputs(stack: str) -> dict[str, str]:
    [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m watch",
        description=f"{__doc__} `make watch EXECUTION=… ARGS=…` is the same.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("execution", help="the ARN or the name of an execution")
    parser.add_argument("--stack", default="Snapback", help="the stack it runs in (Snapback)")
    parser.add_argument("--seconds", type=_pause, default=2, help="the pause between looks (2)")
    parser.add_argument(
        "--lab", action="store_true", help="in the lab that runs here, nowhere else"
    )
    return parser.parse_args()


def _pause(given: str) -> float:
    """A pause in seconds, a tenth at least: AWS limits how often it is asked."""
    with suppress(ValueError):
        if SHORTEST_PAUSE <= (seconds := float(given)) < float("inf"):
            return seconds
    raise argparse.ArgumentTypeError(f"{given!r} is refused: give seconds, 0.1 or more")


if __name__ == "__main__":
    sys.exit(main())
