"""Break a target: one announced call a stage."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import inf
from typing import Any

from snapback.model.effects import Answer, Call, Change, Document, Outcome, Step, Wait, Write
from snapback.model.errors import (
    InjectionFailed,
    InjectionUnknown,
    TargetsNotRestored,
    WindowClosed,
)
from snapback.model.records import TOUCHED, Round, Target
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Act, Breaking, Failed, InForce, Unfit, View

type Permit = Callable[[], Step[None]]
"""Raises WindowClosed if nothing more may be touched: the kill switch, an alarm, the fence."""


def inject(target: Target, act: Act, view: View, attempt: Attempt, permit: Permit) -> Step[Target]:
    """[5-8] Make every change of the target that is due by now; answers it as it is then.

    What does not come into force in time is left `injected`, for Observe to look at.
    """
    while (stage := due(target, act, attempt.now)) is not None:
        if stage:
            yield from permit()
        target = yield from _break(target, stage, act, view, attempt)
        while target.pending and attempt.now + attempt.pause < attempt.send_until:
            yield from Wait(attempt.pause)
            target = yield from look_at_force(target, act, attempt)
    return target


def due(target: Target, act: Act, now: float) -> int | None:
    """The next stage of the target, if it is time for it."""
    stages = act.stages(target)
    stage = target.stage + 1 if target.status == "injected" else 0
    if stage >= len(stages) or target.pending:
        return None
    is_time = not stages[stage] or target.in_force_at + stages[stage] <= now
    return stage if is_time else None


def next_due_at(target: Target, act: Act) -> float:
    """The epoch second of the next change of a broken target, or infinity if none is to come yet."""
    if target.status != "injected" or target.pending:
        return inf
    following = act.stages(target)[target.stage + 1 :]
    return target.in_force_at + following[0] if following else inf


def look_at_force(target: Target, act: Act, attempt: Attempt) -> Step[Target]:
    """Record that the last change is in force, if it is; InjectionFailed if AWS gave it up."""
    found = yield from act.in_force(target, target.stage)
    if isinstance(found, Failed):
        raise InjectionFailed(f"{target.name} did not take the change: {found.reason}")
    if isinstance(found, InForce):
        held = _in_force(target, act, found.since)
        still = target.move("injected", expect=("injected",), owner=target.owner, values=held)
        if not (yield from still):
            raise WindowClosed(f"{target.name} was taken away while it was changed")
        return replace(target, **held)
    if attempt.now > target.injected_at + attempt.timings.force_seconds:
        raise InjectionFailed(f"{target.name} is not in force yet: {found.reason}")
    return target


def _in_force(target: Target, act: Act, since: float) -> dict[str, Any]:
    """With the last stage that is due at once the fault itself is in force."""
    at_once = not act.stages(target)[target.stage]
    return {"stages_in_force": target.stage + 1} | ({"in_force_at": since} if at_once else {})


def _break(target: Target, stage: int, act: Act, view: View, attempt: Attempt) -> Step[Target]:
    """Announce a stage, then send its call; answers the target with what is known of it."""
    if attempt.now >= attempt.send_until:
        raise InjectionFailed(f"{target.name} was not changed: no time is left to do it safely")
    breaking = yield from act.inject(target, stage, view)
    if isinstance(breaking, Unfit):
        raise InjectionFailed(f"{target.name} was not changed: {breaking.reason}")
    target = yield from _announce(target, stage, breaking, attempt)
    answer, sent = yield from _send(breaking.call, attempt)
    if answer.done:
        return (yield from _acknowledged(target, act, attempt))
    return (yield from _not_acknowledged(target, attempt, answer, sent))


def _announce(target: Target, stage: int, breaking: Breaking, attempt: Attempt) -> Step[Target]:
    announced: dict[str, Any] = {
        "status": "injecting",
        "stage": stage,
        "owner": attempt.owner,
        "quiet_at": attempt.quiet_at,
        "fault_ends_at": breaking.fault_ends_at or target.fault_ends_at,
        "broken_at": target.broken_at if stage else attempt.now,
    }
    mine: dict[str, tuple[Any, ...]] = {
        "status": ("injecting",),
        "owner": (attempt.owner,),
        "stage": (stage,),
    }
    ready: dict[str, tuple[Any, ...]] = {
        "status": ("captured",),
        "captured_by": (target.captured_by,),
    }
    if stage:
        ready = {"status": ("injected",), "stage": (stage - 1,)}
    ready["cycle"] = (target.cycle,)
    if not (yield from Write((Change(target.at, (ready, mine), announced),))):
        raise WindowClosed(f"{target.name} was taken away before it was touched")
    return replace(target, **announced)


def _send(call: Call, attempt: Attempt) -> Step[tuple[Answer, int]]:
    """Send the call until it is not busy, and how often it was sent."""
    sent = 0
    while True:
        sent += 1
        answer = yield from call
        pause = attempt.spread_pause(sent)
        if answer.outcome is not Outcome.BUSY or attempt.now + pause >= attempt.send_until:
            return answer, sent
        yield from Wait(pause)


def _acknowledged(target: Target, act: Act, attempt: Attempt) -> Step[Target]:
    """Record the acknowledgement, and that the change is in force if it is already."""
    injected = replace(target, status="injected", injected_at=attempt.now)
    found = yield from act.in_force(injected, target.stage)
    held = _in_force(injected, act, found.since) if isinstance(found, InForce) else {}
    values = {"injected_at": injected.injected_at, **held}
    if not (yield from _mine(target, "injected", attempt, values)):
        raise WindowClosed(f"{target.name} was taken away while it was changed")
    if isinstance(found, Failed):
        raise InjectionFailed(f"{target.name} did not take the change: {found.reason}")
    return replace(injected, **held)


def _not_acknowledged(target: Target, attempt: Attempt, answer: Answer, sent: int) -> Step[Target]:
    if answer.gone and sent == 1 and not target.stage:
        reason = "it was deleted by someone else before the fault; it is not ours to make again"
        yield from _mine(target, "conflict", attempt, {"reason": reason})
        raise InjectionFailed(f"{target.name} is gone: {reason}")
    if answer.outcome is Outcome.UNKNOWN or (answer.gone and sent > 1):
        raise InjectionUnknown(f"{target.name}: no answer tells whether it was changed ({answer})")
    before = {"stage": target.stage - 1} if target.stage else {}
    yield from _mine(target, "injected" if target.stage else "captured", attempt, before)
    raise InjectionFailed(f"{target.name} could not be changed ({answer})")


def _mine(target: Target, to: str, attempt: Attempt, values: Document) -> Write:
    """The next status of a target that this attempt has announced."""
    return target.move(to, expect=("injecting",), owner=attempt.owner, values=values)


def check_order(targets: Iterable[Target], this: Round) -> None:
    """Refuse a round while a target of an earlier one is not back; raises TargetsNotRestored.

    Those of the batches beside it may stay broken.
    """
    late = [
        target.name
        for target in targets
        if target.status in TOUCHED
        and target.batch not in this.beside
        and (target.batch not in this.batches or target.cycle < this.cycle)
    ]
    if late:
        raise TargetsNotRestored(f"not restored from an earlier round: {', '.join(late)}")
