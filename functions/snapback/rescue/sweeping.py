"""The sweeper's decisions: which open experiments are not in good hands, by facts alone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from snapback.model.clock import Clock
from snapback.model.effects import Call, Change, Step, Write
from snapback.model.records import OPEN, TOUCHED, Meta, Target, meta_key
from snapback.model.timings import Timings
from snapback.protocol.lifecycle import load_targets
from snapback.rescue.interruption import stop_alarm

ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
_NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Swept:
    """What was found of one experiment, and the restore that was started for it, if any."""

    reason: str = ""
    unrestored: int = 0
    restore_execution_arn: str = ""


def sweep(
    meta: Meta, stopped: str, restore_machine_arn: str, timings: Timings, clock: Clock
) -> Step[Swept]:
    """Look at one experiment that the index calls open, and start its restore if a fact says so.

    `stopped` is why nothing may run at all, if so. What once needed a restore from outside counts
    as unrestored until it is back, also while that restore has time left; so does a target of any
    experiment that has been on its way back for too long. Nothing here is asked of another Region.
    """
    if meta.status not in OPEN:
        return Swept()
    reason = stopped or (yield from fact(meta, clock()))
    if not reason and meta.status == "preparing":
        return Swept()
    targets = yield from load_targets(meta.experiment_id)
    late = clock() - timings.late_seconds
    unrestored = _unrestored(targets, None if reason or meta.restore_attempt else late)
    started = (yield from _rescue(meta, restore_machine_arn, reason)) if reason else ""
    return Swept(reason, unrestored, started)


def sweep_alarms(meta: Meta, found: Swept, restore_machine_arn: str) -> Step[Swept]:
    """The same by the stop alarms of a window in which `sweep` found no fact.

    Their Region may not answer: this comes after everything else.
    """
    if found.reason or meta.status != "running":
        return found
    reason = yield from stop_alarm(meta.experiment["stop_alarms"])
    if not reason:
        return found
    targets = yield from load_targets(meta.experiment_id)
    started = yield from _rescue(meta, restore_machine_arn, reason)
    return Swept(reason, _unrestored(targets), started)


def _unrestored(targets: Iterable[Target], late: float | None = None) -> int:
    """How many are not back, or, given a time, how many have been on their way since before it."""
    return sum(
        target.status in TOUCHED
        if late is None
        else target.status == "restoring" and target.restoring_since < late
        for target in targets
    )


def fact(meta: Meta, now: float) -> Step[str]:
    """Why the experiment needs a restore from outside, or an empty string.

    An execution that nothing is known of, yet or any more, is no fact.
    """
    if now > meta.deadline:
        return f"its deadline passed {now - meta.deadline:.0f} seconds ago"
    status = yield from _status(meta.execution_arn)
    return f"its execution is {status}" if status in ENDED else ""


def _status(execution_arn: str) -> Step[str]:
    answer = yield from Call(
        "stepfunctions", "DescribeExecution", {"executionArn": execution_arn}, at_home=True
    )
    return str(answer.body["status"]) if answer.done else ""


def _rescue(meta: Meta, restore_machine_arn: str, reason: str) -> Step[str]:
    """Start a restore unless one is running; answers its execution's ARN, or an empty string.

    The name carries the attempt: Step Functions keeps a used name for 90 days.
    """
    if meta.restore_execution_arn:
        status = yield from _status(meta.restore_execution_arn)
        if status == "RUNNING":
            return ""
    attempt = meta.restore_attempt + 1
    mine = {"status": OPEN, "restore_attempt": (meta.restore_attempt,)}
    key = meta_key(meta.experiment_id)
    taken = yield from Write((Change(key, (mine,), {"restore_attempt": attempt}),))
    if not taken:
        return ""
    asked = {"experiment_id": meta.experiment_id, "reason": reason}
    started = yield from Call(
        "stepfunctions",
        "StartExecution",
        {
            "stateMachineArn": restore_machine_arn,
            "name": f"restore-{attempt}-{meta.experiment_id}"[:_NAME_LENGTH],
            "input": json.dumps(asked),
        },
        at_home=True,
        changes=True,
    )
    if not started.done:
        return ""
    arn = str(started.body["executionArn"])
    yield from Write((Change(key, ({"status": OPEN},), {"restore_execution_arn": arn}),))
    return arn
