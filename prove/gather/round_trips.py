"""Experiments on every source while numbered records are written, and what became of the records."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from prove.evidence import (
    Deliveries,
    Delivery,
    DocumentDbRoundTrip,
    MqRoundTrip,
    MskRoundTrip,
    OtherRegion,
    RoundTrips,
)
from prove.gather.runs import described, report, run
from prove.gather.workload import Records, handled, shards, warm_up
from prove.world import World

LEAD_SECONDS = 5
"""How long records come before and after the experiments."""


def round_trips(world: World) -> Iterator[RoundTrips | Deliveries]:
    """Delete all mappings together, then disable them, then delete one after the other.

    The table's go first, while the iterator age of the other stream comes to tell how far it was read.
    """
    consumer, changes = world.workload["ConsumerName"], world.workload["ChangesName"]
    warm_up(world)
    with Records(world) as records:
        world.limit.pause(LEAD_SECONDS)
        apart = run(world, "delete-changes", changes)
        starts = _starts(world, "delete-changes", changes)
        _rest(world, consumer)
        deleted = run(world, "delete-all", consumer)
        starts |= _starts(world, "delete-all", consumer)
        disabled = run(world, "disable-all", consumer, fault="disable-mappings")
        rolled = run(world, "delete-rolling", consumer, sequence="rolling")
        world.limit.pause(LEAD_SECONDS)
    yield RoundTrips((apart, deleted, disabled, rolled))
    yield Deliveries(tuple(_delivered(world, dict(records.written), starts)))


def _rest(world: World, function: str) -> None:
    """Wait until no mapping was changed lately: the ages since a change tell nothing."""

    def rested() -> bool:
        changed = max(each["LastModified"].timestamp() for each in world.mappings(function))
        return bool(time.time() - changed >= world.pace.rest)

    world.limit.until(rested, f"mappings of {function} to rest", world.pace.rest + 60, 5)


def _starts(world: World, label: str, function: str) -> dict[str, tuple[str, float | None]]:
    """`{source: (position, seconds before the break)}` of the mappings that were just recreated."""
    machine = world.product["ExperimentStateMachineArn"]
    states = world.aws("stepfunctions")
    [arn] = [
        each["executionArn"]
        for each in states.list_executions(stateMachineArn=machine)["executions"]
        if each["name"].startswith(f"{label}-")
    ]
    targets = report(described(world, arn)).get("targets", ())
    broken = {each["key"].split("|")[0]: each["broken_at"] for each in targets}
    return {
        _source(each): _start(each, broken.get(each["EventSourceArn"]))
        for each in world.mappings(function)
        if "StartingPosition" in each
    }


def _start(mapping: Mapping[str, Any], broken_at: float | None) -> tuple[str, float | None]:
    at = mapping.get("StartingPositionTimestamp")
    before = broken_at - at.timestamp() if at and broken_at else None
    return str(mapping["StartingPosition"]), before


def _source(mapping: Mapping[str, Any]) -> str:
    return str(mapping["EventSourceArn"]).split(":")[2]


def _delivered(
    world: World, written: Mapping[str, int], starts: Mapping[str, tuple[str, float | None]]
) -> Iterator[Delivery]:
    counts = _drained(world, written)
    partitions = len(shards(world))
    for source, last in written.items():
        position, before = starts.get(source, ("", None))
        yield Delivery(
            source=source,
            written=last,
            lost=tuple(number for number in range(1, last + 1) if number not in counts[source]),
            twice_or_more=sum(count > 1 for number, count in counts[source].items() if number > 0),
            partitions=partitions if source == "kinesis" else 1,
            position=position,
            before_break_seconds=before,
        )


def _drained(world: World, written: Mapping[str, int]) -> dict[str, Any]:
    """What was handled, once that is everything or no more can come."""
    deadline = time.monotonic() + world.pace.drain
    while True:
        counts = handled(world)
        missing = any(
            number not in counts.get(source, ())
            for source, last in written.items()
            for number in range(1, last + 1)
        )
        if not missing or time.monotonic() > deadline:
            return {source: counts.get(source, {}) for source in written}
        world.limit.pause(2)


def other_region(world: World) -> Iterator[OtherRegion]:
    """An experiment from the home Region on a mapping in the other one."""
    region = world.account.other_region
    function = world.other["FunctionName"]
    world.limit.until(
        lambda: world.all_enabled(function, region), "the other Region", world.pace.settle
    )
    yield OtherRegion(region, run(world, "other-region", function, region))


def clusters(world: World) -> Iterator[MskRoundTrip | MqRoundTrip | DocumentDbRoundTrip]:
    """An experiment on each flagged source, whose mapping its own stack owns."""
    for source, found in world.clusters.items():
        function = found["FunctionName"]
        before = _group(world, function)
        done = run(world, source, function, allow_managed=True)
        if source == "msk":
            yield MskRoundTrip(done, (before, _group(world, function)))
        if source == "mq":
            yield MqRoundTrip(done)
        if source == "docdb":
            yield DocumentDbRoundTrip(done)


def _group(world: World, function: str) -> str:
    [mapping] = world.mappings(function)
    config = mapping.get("AmazonManagedKafkaEventSourceConfig", {})
    return str(config.get("ConsumerGroupId", ""))
