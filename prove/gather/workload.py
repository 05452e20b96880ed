"""The workload's mappings, which no stack owns, and the numbered records that are written to it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from lab.sample.records import body, counts
from prove.names import TAG
from prove.world import World

FAILS_ON = "letters"
"""Records of this name are for the function that fails."""
PAUSE_SECONDS = 0.5


def make_mappings(world: World) -> None:
    """Create every mapping of the workload and wait until all are enabled."""
    with ThreadPoolExecutor(4) as side:
        list(side.map(lambda each: create(world, **each), _wanted(world)))
    queue = {"FunctionName": world.other["FunctionName"], "EventSourceArn": world.other["QueueArn"]}
    create(world, region=world.account.other_region, **queue)
    for function in ("ConsumerName", "ChangesName", "FailingName", "BystanderName", "CrowdName"):
        name = world.workload[function]
        world.limit.until(
            lambda name=name: world.all_enabled(name),  # type: ignore[misc]
            f"mappings of {name}",
            world.pace.settle,
        )


def create(world: World, region: str = "", **settings: Any) -> str:
    """Create a mapping, tagged as the run's; answers its UUID."""
    tags = {TAG: world.name, **settings.pop("Tags", {})}
    made = world.aws("lambda", region).create_event_source_mapping(**settings, Tags=tags)
    return str(made["UUID"])


def _wanted(world: World) -> list[dict[str, Any]]:
    found = world.workload
    consumer, stream = found["ConsumerName"], {"StartingPosition": "LATEST", "BatchSize": 20}
    crowd = found["CrowdQueueArns"].split(",")
    return [
        {
            "FunctionName": consumer,
            "EventSourceArn": found["QueueArn"],
            "BatchSize": 5,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "Tags": {"kind": "queue"},
        },
        {"FunctionName": consumer, "EventSourceArn": found["FifoArn"], "BatchSize": 3},
        {
            "FunctionName": consumer,
            "EventSourceArn": found["StreamArn"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 100,
            **stream,
        },
        {
            "FunctionName": found["ChangesName"],
            "EventSourceArn": found["SourceStreamArn"],
            **stream,
        },
        {"FunctionName": found["BystanderName"], "EventSourceArn": found["BystanderQueueArn"]},
        {
            "FunctionName": found["FailingName"],
            "EventSourceArn": found["StreamArn"],
            "MaximumRetryAttempts": 0,
            "DestinationConfig": {"OnFailure": {"Destination": found["LettersArn"]}},
            "FilterCriteria": {
                "Filters": [{"Pattern": json.dumps({"data": {"source": [FAILS_ON]}})}]
            },
            **stream,
        },
        *(
            {
                "FunctionName": found["CrowdName"],
                "EventSourceArn": arn,
                "BatchSize": 1 + number % 10,
                "ScalingConfig": {"MaximumConcurrency": 2 + number},
                "Tags": {"number": str(number)},
            }
            for number, arn in enumerate(crowd)
        ),
    ]


class Records:
    """Writes numbered records to every source of both consumers between `with` and the end of its block."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._writers = _writers(world)
        self.written: Counter[str] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        number = 1
        while not self._stop.wait(PAUSE_SECONDS):
            for source, write in self._writers.items():
                write(number)
                self.written[source] = number
            number += 1


def _writers(world: World) -> Mapping[str, Callable[[int], object]]:
    found, sqs = world.workload, world.aws("sqs")
    kinesis, dynamodb = world.aws("kinesis"), world.aws("dynamodb")
    return {
        "sqs": lambda number: sqs.send_message(
            QueueUrl=found["QueueUrl"], MessageBody=body("sqs", number)
        ),
        "fifo": lambda number: sqs.send_message(
            QueueUrl=found["FifoUrl"],
            MessageBody=body("fifo", number),
            MessageGroupId=str(number % 3),
            MessageDeduplicationId=str(number),
        ),
        "kinesis": lambda number: kinesis.put_record(
            StreamName=found["StreamName"], PartitionKey=str(number), Data=body("kinesis", number)
        ),
        "dynamodb": lambda number: dynamodb.put_item(
            TableName=found["SourceName"], Item={"number": {"N": str(number)}}
        ),
    }


def shards(world: World) -> list[dict[str, Any]]:
    """The open shards of the stream."""
    stream = world.workload["StreamName"]
    found: list[dict[str, Any]] = world.aws("kinesis").list_shards(StreamName=stream)["Shards"]
    return [each for each in found if "EndingSequenceNumber" not in each["SequenceNumberRange"]]


def warm_up(world: World) -> None:
    """Write to every shard until records come through: a new mapping starts to read minutes later."""
    found = world.workload
    kinesis, dynamodb = world.aws("kinesis"), world.aws("dynamodb")
    first = {
        f"warm-{number}": each["HashKeyRange"]["StartingHashKey"]
        for number, each in enumerate(shards(world))
    }
    attempt = 0

    def comes_through() -> bool:
        nonlocal attempt
        attempt += 1
        for source, key in first.items():
            kinesis.put_record(
                StreamName=found["StreamName"], PartitionKey=source, ExplicitHashKey=key,
                Data=body(source, attempt),
            )  # fmt: skip
        dynamodb.put_item(TableName=found["SourceName"], Item={"number": {"N": str(-attempt)}})
        came = handled(world)
        return set(first) <= set(came) and "dynamodb" in came

    world.limit.until(comes_through, "the first records", world.pace.settle, 2)


def handled(world: World) -> dict[str, Counter[int]]:
    """How often each number of each source was handled."""
    return counts(world.aws("dynamodb"), world.workload["HandledName"])
