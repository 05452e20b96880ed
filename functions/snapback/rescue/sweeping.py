"""The sweeper: every minute, restore each open experiment that nothing else is restoring."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from snapback.model.effects import Call, Change, Step, Write
from snapback.model.records import OPEN, TOUCHED, Meta, Target, meta_key
from snapback.model.steps import Ended, at, together
from snapback.protocol.attempt import Attempt
from snapback.protocol.lifecycle import load, load_standing, open_experiments
from snapback.rescue import reasons
from snapback.rescue.interruption import engaged, stop_alarm

ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
_NAME_LENGTH = 80

type Shuffled = Callable[[Sequence[int]], Sequence[int]]
"""The same numbers in another order."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was found of one experiment, and the restore that was started for it, if any."""

    reason: str = ""
    unrestored: int = 0
    restore_execution_arn: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep found: counts, whether every experiment was looked at, and what went wrong."""

    open: int
    rescued: int
    unrestored: int
    complete: bool
    errors: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """`{open, rescued, unrestored}`."""
        return {"open": self.open, "rescued": self.rescued, "unrestored": self.unrestored}


def sweep_all(
    kill_switch_parameter: str, restore_machine_arn: str, attempt: Attempt, shuffled: Shuffled
) -> Step[Sweep]:
    """Sweep every open experiment by facts, then those that no fact ends by their stop alarms.

    Alarms are asked for last and in changing order: a Region that is slow to answer must not keep
    the others from being swept.
    """
    stopped = yield from engaged(kill_switch_parameter)
    found = yield from open_experiments()
    loaded = yield from _side_by_side([load(each) for each in found], attempt)
    metas = [each.result for each in loaded if each.result is not None]
    steps = [sweep(meta, stopped, restore_machine_arn, attempt) for meta in metas]
    facts = yield from _side_by_side(steps, attempt)
    alarms = yield from _by_alarms(metas, facts, restore_machine_arn, attempt, shuffled)
    known = [after.result or fact.result for after, fact in zip(alarms, facts, strict=True)]
    swept = [each for each in known if each is not None]
    surprises: list[Ended[Any]] = [*loaded, *alarms]
    return Sweep(
        open=len(found),
        rescued=sum(bool(each.restore_execution_arn) for each in swept),
        unrestored=sum(each.unrestored for each in swept),
        complete=sum(each.result is not None for each in alarms) == len(found),
        errors=tuple(str(each.error) for each in surprises if each.error),
    )


def _side_by_side[T](steps: Sequence[Step[T]], attempt: Attempt) -> Step[list[Ended[T]]]:
    return together(steps, attempt.steps_end_at, attempt.clock)


def _by_alarms(
    metas: Sequence[Meta],
    facts: Sequence[Ended[Swept]],
    restore_machine_arn: str,
    attempt: Attempt,
    shuffled: Shuffled,
) -> Step[list[Ended[Swept]]]:
    """What was found of each in the end, in the order of `metas`."""
    ended = list(facts)
    until = attempt.steps_end_at - attempt.timings.alarm_look_seconds
    for number in shuffled(range(len(metas))):
        if (found := facts[number].result) is not None:
            look = sweep_alarms(metas[number], found, restore_machine_arn)
            place = metas[number].experiment.place.hurried()
            [ended[number]] = yield from together([at(place, look)], until, attempt.clock)
    return ended


def sweep(meta: Meta, stopped: str, restore_machine_arn: str, attempt: Attempt) -> Step[Swept]:
    """Look at one experiment that the index calls open, and start its restore if a fact says so.

    `stopped` is why nothing may run at all, if so. What once needed a restore from outside counts
    as unrestored until it is back, even while that restore has time left; so does a target of any
    experiment that has been on its way back for too long. No other Region is asked for anything.
    """
    if meta.status not in OPEN:
        return Swept()
    reason = stopped or (yield from fact(meta, attempt.now))
    if not reason and meta.status == "preparing":
        return Swept()
    targets = yield from load_standing(meta.experiment_id)
    late = attempt.now - attempt.timings.late_seconds
    unrestored = _unrestored(targets, None if reason or meta.restore_attempt else late)
    started = (yield from _rescue(meta, restore_machine_arn, reason)) if reason else ""
    return Swept(reason, unrestored, started)


def sweep_alarms(meta: Meta, found: Swept, restore_machine_arn: str) -> Step[Swept]:
    """The same by the stop alarms of a window in which `sweep` found no fact."""
    if found.reason or meta.status != "running":
        return found
    reason = yield from stop_alarm(meta.experiment.stop_alarms)
    if not reason:
        return found
    targets = yield from load_standing(meta.experiment_id)
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

    An execution of which nothing is known, not yet or no longer, is no fact.
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
    asked = {"experiment_id": meta.experiment_id, "reason": reasons.fitting(reason)}
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
