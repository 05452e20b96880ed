"""The iterator age of the consumer, minute by minute, looked at until it no longer changes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lab.sample.records import body
from prove.evidence import AgeMinute, IteratorAges
from prove.world import World

PERIOD_SECONDS = 60
LOOK_SECONDS = 10


def ages(world: World) -> Iterator[IteratorAges]:
    """Keep the stream busy, and note when each minute's value is first seen and last rises."""
    seen: dict[datetime, AgeMinute] = {}
    begun = time.time()
    number = 0
    while (now := time.time()) - begun < world.pace.ages:
        number += 1
        world.aws("kinesis").put_record(
            StreamName=world.workload["StreamName"],
            PartitionKey=str(number),
            Data=body("ages", number),
        )
        for minute, value in _read(world, begun):
            late = now - minute.timestamp() - PERIOD_SECONDS
            was = seen.get(minute)
            if was is None:
                seen[minute] = AgeMinute(late, value, late, value)
            elif value > was.last_milliseconds:
                seen[minute] = AgeMinute(
                    was.first_seen_seconds, was.first_milliseconds, late, value
                )
        world.limit.pause(LOOK_SECONDS)
    yield IteratorAges(time.time() - begun, tuple(seen[each] for each in sorted(seen)))


def _read(world: World, begun: float) -> list[tuple[datetime, float]]:
    start = datetime.fromtimestamp(begun // PERIOD_SECONDS * PERIOD_SECONDS, UTC)
    found = world.aws("cloudwatch").get_metric_data(
        StartTime=start,
        EndTime=datetime.now(UTC) + timedelta(seconds=PERIOD_SECONDS),
        MetricDataQueries=[
            {
                "Id": "age",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Lambda",
                        "MetricName": "IteratorAge",
                        "Dimensions": [
                            {"Name": "FunctionName", "Value": world.workload["ConsumerName"]}
                        ],
                    },
                    "Period": PERIOD_SECONDS,
                    "Stat": "Maximum",
                },
            }
        ],
    )["MetricDataResults"]
    return [
        (at, value)
        for each in found
        for at, value in zip(each["Timestamps"], each["Values"], strict=True)
    ]
