"""Put a target back, from wherever it stands."""

from snapback.effects import Fetch, Step, Wait
from snapback.faults.contract import Fault, Pending
from snapback.protocol.clock import Clock
from snapback.records import UNTOUCHED, Target, target_key


def restore(target: Target, fault: Fault, pause: float, clock: Clock) -> Step[Target]:
    """[restore 3-8] Move a target on until it is terminal in its cycle; never ends otherwise.

    Any number of these may run at once, anywhere: each write is conditional and each turn begins by
    reading where the target stands.
    """
    key = target_key(target.experiment_id, target.key)
    cycle = target.cycle
    while not target.terminal and target.cycle == cycle:
        if target.status in UNTOUCHED:
            yield target.move("skipped", expect=UNTOUCHED)
        elif target.status == "injecting":
            yield from _take_over(target, clock)
        elif target.status == "injected":
            yield target.move("restoring", expect=("injected",), came_from="injected")
        else:
            yield from _put_back(target, fault, pause, clock)
        item = yield Fetch(key)
        target = Target.of(item)
    return target


def _take_over(target: Target, clock: Clock) -> Step[None]:
    """An announced call may still land: wait until it cannot, unless its injector ends before."""
    remaining = target.quiet_at - clock()
    if remaining > 0:
        yield Wait(min(remaining, 1))
        return
    yield target.move("restoring", expect=("injecting",), owner=target.owner, came_from="injecting")


def _put_back(target: Target, fault: Fault, pause: float, clock: Clock) -> Step[None]:
    result = yield from fault.restore(target)
    if isinstance(result, Pending):
        yield target.move("restoring", expect=("restoring",), reason=result.reason)
        yield Wait(pause)
        return
    yield target.move(
        result.status,
        expect=("restoring",),
        new_uuid=result.new_uuid,
        reason=result.reason,
        restored_at=clock(),
    )
