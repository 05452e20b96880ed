"""Break a target with one announced call."""

from collections.abc import Container, Iterable

from snapback.model.clock import Clock
from snapback.model.effects import Answer, Change, Outcome, Step, Wait, Write
from snapback.model.errors import (
    InjectionFailed,
    InjectionUnknown,
    TargetsNotRestored,
    WindowClosed,
)
from snapback.model.records import TOUCHED, Target, target_key
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Fault


def inject(target: Target, fault: Fault, attempt: Attempt, clock: Clock) -> Step[None]:
    """[5, 6] Announce the target, then break it with one call; ends with what is known of it."""
    if clock() >= attempt.send_until:
        raise InjectionFailed(f"{target.uuid} was not touched: no time is left to change it safely")
    mine = {"status": ("injecting",), "owner": (attempt.owner,)}
    ready = {"status": ("captured",), "cycle": (target.cycle,)}
    announcement = {
        "status": "injecting",
        "owner": attempt.owner,
        "quiet_at": attempt.quiet_at,
        "detached_at": clock(),
    }
    key = target_key(target.experiment_id, target.key)
    announced = yield from Write((Change(key, (ready, mine), announcement),))
    if not announced:
        raise WindowClosed(f"{target.uuid} was taken away before it was touched")
    answer, sent = yield from _send(fault, target, attempt, clock)
    yield from _conclude(target, attempt, answer, sent, clock)


def _send(fault: Fault, target: Target, attempt: Attempt, clock: Clock) -> Step[tuple[Answer, int]]:
    sent = 0
    while True:
        sent += 1
        answer = yield from fault.inject(target)
        again = clock() + attempt.pause < attempt.send_until
        if answer.outcome is not Outcome.BUSY or not again:
            return answer, sent
        yield from Wait(attempt.pause)


def _conclude(
    target: Target, attempt: Attempt, answer: Answer, sent: int, clock: Clock
) -> Step[None]:
    injecting, owner = ("injecting",), attempt.owner
    if answer.done:
        recorded = yield from target.move(
            "injected", expect=injecting, owner=owner, injected_at=clock()
        )
        if not recorded:
            raise WindowClosed(f"{target.uuid} was taken away while it was changed")
    elif answer.gone and sent == 1:
        reason = "it was deleted by someone else before the fault; it is not ours to make again"
        yield from target.move("conflict", expect=injecting, owner=owner, reason=reason)
        raise InjectionFailed(f"{target.uuid} is gone: {reason}")
    elif answer.outcome is Outcome.UNKNOWN or answer.gone:
        raise InjectionUnknown(f"{target.uuid}: no answer tells whether it was changed ({answer})")
    else:
        yield from target.move("captured", expect=injecting, owner=owner)
        raise InjectionFailed(f"{target.uuid} could not be changed ({answer})")


def check_order(targets: Iterable[Target], batches: Container[int], cycle: int) -> None:
    """Refuse a round while a target of an earlier one is not back; raises TargetsNotRestored."""
    late = [
        target.uuid
        for target in targets
        if target.status in TOUCHED and (target.batch not in batches or target.cycle < cycle)
    ]
    if late:
        raise TargetsNotRestored(f"not restored from an earlier round: {', '.join(late)}")
