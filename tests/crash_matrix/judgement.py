"""Whether everything is back: what must hold of an account once nothing is at work any more."""

from collections.abc import Iterator
from typing import Any

from snapback.faults.mappings.mapping import POSITION
from snapback.model.records import TERMINAL
from snapback.workload.functions import unqualified
from tests.crash_matrix.mappings import seen
from tests.crash_matrix.scenarios import SOMEONE_ELSE
from tests.crash_matrix.world import TIMINGS, World
from tests.fakes.mappings import IDENTITY, described

BOUND_SECONDS = (
    TIMINGS.inject_fault_function_seconds + TIMINGS.quiet_margin_seconds + 60 + 2 * 60 + 60
)
"""From the fault until all is closed: until an announced call can no longer land (180 s), a
throttled minute, two sweeps, and a minute for the rest of the run and the restore itself."""

REFUSED_LOCK_SECONDS = 360
"""A lock may stay so long after the fault, if it says until when it refuses its target."""


def problems(made: World) -> list[str]:
    """What is not as it was; nothing if the run held."""
    found = [] if made.ended else ["it is not over within the limit"]
    return [*found, *_mappings(made), *_records(made), *_locks(made)]


def late(made: World) -> list[str]:
    """Whether it took longer than stated."""
    seconds = recovery_seconds(made)
    return [f"it took {seconds:.0f} s"] if seconds > BOUND_SECONDS else []


def recovery_seconds(made: World) -> float:
    """From the fault until all was closed; 0 if it did not strike."""
    return made.over_at - made.wire.struck_at if made.wire.struck_at else 0


def _mappings(made: World) -> Iterator[str]:
    live = made.mappings.live()
    configs = [described(each) for each in live]
    readers = [(each["EventSourceArn"], unqualified(each["FunctionArn"])) for each in configs]
    if len(readers) != len(set(readers)) or len(live) != len(made.before):
        yield f"{len(live)} mappings instead of {len(made.before)}: {sorted(readers)}"
    now = {each.key: seen(each) for each in live}
    for key, before in made.before.items():
        yield from _compared(
            before["EventSourceArn"].rsplit(":", 1)[1], before, now.get(key, {}), made
        )


def _compared(
    name: str, before: dict[str, Any], after: dict[str, Any], made: World
) -> Iterator[str]:
    detached = made.mappings.deleted.get(before["UUID"])
    ignored = {*IDENTITY, *(POSITION if detached else ())}
    for field in sorted({*before, *after} - ignored):
        if before.get(field) != after.get(field):
            yield f"{name}: {field} is {after.get(field)!r}, was {before.get(field)!r}"
    if detached is None and after.get("UUID") != before["UUID"]:
        yield f"{name}: was not deleted and has another UUID"
    if detached and after.get("StartingPositionTimestamp", 0) > detached:
        yield f"{name}: starts after the moment it was deleted"


def _records(made: World) -> Iterator[str]:
    for meta in made.items.stored("meta"):
        if meta["status"] != "closed":
            yield f"experiment {meta['experiment_id']} is {meta['status']}"
    for target in made.items.stored("target#"):
        if target["status"] not in TERMINAL:
            yield f"target {target['sk']} is {target['status']}"
        if target["status"] == "conflict":
            yield f"target {target['sk']} is in conflict: {target['reason']}"


def _locks(made: World) -> Iterator[str]:
    latest = max(made.wire.struck_at + REFUSED_LOCK_SECONDS, made.over_at + 60)
    for lock in made.items.stored("lock"):
        released = "quiet_at" in lock and lock["quiet_at"] <= latest
        if lock["owner"] != SOMEONE_ELSE and not released:
            yield f"{lock['pk']} is held by {lock['owner']}"
