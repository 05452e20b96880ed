"""Put a target back, from wherever it stands."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf

from snapback.model.effects import Change, Step, Wait, Write
from snapback.model.records import BROKEN, RESTORER, UNTOUCHED, Target
from snapback.protocol.attempt import Attempt, Shared
from snapback.protocol.contract import Pending, Settled, Undo
from snapback.protocol.lifecycle import kept_until, reload


def restore(target: Target, undo: Undo, attempt: Attempt, shared: Shared) -> Step[Target]:
    """[restore 3-6] Move a target on until it is terminal in its cycle; never ends otherwise.

    Any number of these may run at once, anywhere: each write is conditional, and after each step
    the target is read again. Those of one batch share their looks.
    """
    cycle = target.cycle
    me = {RESTORER + attempt.owner: attempt.quiet_at}
    unheard = False
    tried_at = -inf
    while not target.terminal and target.cycle == cycle:
        if target.status in UNTOUCHED:
            yield from target.move("skipped", expect=UNTOUCHED, values=kept_until(attempt.now))
        elif target.status in BROKEN:
            yield from _begin(target, me, attempt)
        elif attempt.owner not in target.restorers:
            past = target.past_restorers(attempt.now)
            yield from target.move("restoring", expect=("restoring",), values=me, remove=past)
        else:
            view = yield from shared.view(newer_than=tried_at)
            result = yield from undo.restore(target, view)
            tried_at = attempt.now
            if isinstance(result, Settled):
                answered = () if unheard else tuple(me)
                settled = _settled(target, result, answered, attempt.now)
                if (yield from Write((settled,))):
                    return target.after(settled)
            else:
                unheard = unheard or result.unheard
                yield from _later(target, result, attempt.pause)
        target = yield from reload(target)
    if attempt.owner in target.restorers and not unheard:
        yield from Write((Change(target.at, ({"cycle": (cycle,)},), remove=tuple(me)),))
    return target


def leave_alone(target: Target, reason: str, attempt: Attempt) -> Step[Target]:
    """Move a touched target to `restoring` with the reason why nothing is sent to put it back.

    So it counts as one that a restore fails to put back: it may be abandoned once it is late.
    """
    cycle = target.cycle
    while target.status in BROKEN and target.cycle == cycle:
        yield from _begin(target, {}, attempt)
        target = yield from reload(target)
    said = {"reason": reason}
    yield from replace(target, cycle=cycle).move("restoring", expect=("restoring",), values=said)
    return (yield from reload(target))


def _begin(target: Target, me: Mapping[str, float], attempt: Attempt) -> Step[None]:
    """Move a broken target to `restoring`, as soon as nothing can break it any more."""
    if target.status == "injecting":
        yield from _take_over(target, me, attempt)
        return
    began = {"came_from": "injected", "restoring_since": attempt.now, **me}
    yield from target.move("restoring", expect=("injected",), values=began)


def _take_over(target: Target, me: Mapping[str, float], attempt: Attempt) -> Step[None]:
    """An announced call may still land: wait until it cannot, or until its injector has ended."""
    remaining = target.quiet_at - attempt.now
    if remaining > 0:
        yield from Wait(min(remaining, 1))
        return
    began = {"came_from": "injecting", "restoring_since": attempt.now, **me}
    yield from target.move("restoring", expect=("injecting",), owner=target.owner, values=began)


def _settled(target: Target, result: Settled, answered: tuple[str, ...], now: float) -> Change:
    """The terminal change; a restorer whose requests were all answered withdraws its announcement."""
    said = {
        "new_name": result.name,
        "reason": result.reason,
        "acknowledged": result.acknowledged,
        "restored_at": now,
    }
    kept = kept_until(now) if result.status == "restored" else {}
    return target.change(
        result.status, expect=("restoring",), values={**said, **kept}, remove=answered
    )


def _later(target: Target, result: Pending, pause: float) -> Step[None]:
    """Say why it is not over yet, unless that was said, and wait."""
    said = {"reason": result.reason}
    if target.reason != result.reason:
        yield from target.move("restoring", expect=("restoring",), values=said)
    yield from Wait(pause)
