"""Writes numbered messages to the sample's sources at a steady rate, and counts how they were handled."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Self

from lab.cloud import client
from lab.sample.outputs import Sample
from lab.sample.records import body, counts
from lab.session import Lab

SOURCES = ("sqs", "kinesis", "dynamodb")


class Producer:
    """Writes from a thread between `with` and the end of its block.

    `written` says how many each source got, `written_by` when a number was in all of them, as an epoch second.
    """

    def __init__(self, lab: Lab, sample: Sample, *, per_second: float = 5, first: int = 1) -> None:
        self.written: Counter[str] = Counter()
        self.written_by: dict[int, float] = {}
        self._first, self._interval = first, 1 / per_second
        self._sample = sample
        self._sqs, self._kinesis, self._dynamodb = (client(lab, source) for source in SOURCES)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sample-producer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Write no more; what was begun is finished."""
        self._stop.set()
        self._thread.join()

    def numbers(self, source: str) -> range:
        """The numbers written to a source so far."""
        return range(self._first, self._first + self.written[source])

    def write(self, number: int) -> None:
        """Write one message to each source."""
        self._sqs.send_message(QueueUrl=self._sample.queue_url, MessageBody=body("sqs", number))
        self.written["sqs"] += 1
        self._kinesis.put_record(
            StreamName=self._sample.stream_name,
            PartitionKey="sample",
            Data=body("kinesis", number),
        )
        self.written["kinesis"] += 1
        self._dynamodb.put_item(
            TableName=self._sample.table_name, Item={"number": {"N": str(number)}}
        )
        self.written["dynamodb"] += 1
        self.written_by[number] = time.time()

    def _run(self) -> None:
        number, due = self._first, time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self.write(number)
            number, due = number + 1, due + self._interval


def handled(lab: Lab, sample: Sample) -> dict[str, Counter[int]]:
    """How often each number was handled, for each source."""
    found = counts(client(lab, "dynamodb"), sample.handled_table_name)
    return {source: Counter() for source in SOURCES} | found
