"""LocalEmu's stream pollers forget where they were.

They ignore AT_TIMESTAMP, open LATEST only after the mapping shows Enabled, start over when a mapping is disabled
and enabled, drop records that wait for a batching window, and retry a failing batch after the mapping is gone.
Here a mapping has one position per shard, and it moves only when a batch was handled.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import Any

from localemu.services.lambda_.event_source_mapping.esm_event_processor import EsmEventProcessor
from localemu.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localemu.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localemu.services.lambda_.event_source_mapping.pollers.dynamodb_poller import DynamoDBPoller
from localemu.services.lambda_.event_source_mapping.pollers.kinesis_poller import KinesisPoller
from localemu.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller

from lab.plugin.stream_metrics import record_iterator_age

_positions: defaultdict[str, dict[str, str]] = defaultdict(dict)
_waiting_since: dict[tuple[str, str], float] = {}
_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

_make_worker = EsmWorkerFactory.get_esm_worker
_start_worker = EsmWorker.start
_delete_in_store = EsmWorker.delete_esm_in_store
_process = EsmEventProcessor.process_events_batch


def install() -> None:
    """Replace how pollers open and advance."""
    EsmWorkerFactory.get_esm_worker = make_worker
    EsmWorker.start = start_worker
    EsmWorker.delete_esm_in_store = delete_in_store
    EsmEventProcessor.process_events_batch = process
    KinesisPoller.initialize_shards = open_kinesis
    DynamoDBPoller.initialize_shards = open_dynamodb
    StreamPoller.poll_events_from_shard = poll_shard


def make_worker(self: Any) -> Any:
    """Build the worker, and hand its poller the timestamp that the emulator drops."""
    worker = _make_worker(self)
    worker.poller.starting_timestamp = self.esm_config.get("StartingPositionTimestamp")
    worker.poller.function_arn = self.esm_config["FunctionArn"]
    return worker


def start_worker(self: Any) -> None:
    """Take the position before the mapping can be seen as Enabled."""
    if isinstance(self.poller, StreamPoller):
        self.poller.shards = self.poller.initialize_shards()
    _start_worker(self)


def delete_in_store(self: Any) -> None:
    """The position ends with the mapping."""
    _positions.pop(self.uuid, None)
    _delete_in_store(self)


def process(self: Any, events: Any) -> None:
    """Note whether the function took the batch."""
    self.took_batch = False
    _process(self, events)
    self.took_batch = True


def open_kinesis(self: Any) -> dict[str, str]:
    """Shard positions of a Kinesis mapping."""
    return _open(self, {"StreamARN": self.source_arn})


def open_dynamodb(self: Any) -> dict[str, str]:
    """Shard positions of a DynamoDB stream mapping."""
    return _open(self, {"StreamArn": self.source_arn})


def _open(poller: Any, stream: dict[str, str]) -> dict[str, str]:
    known = _positions[poller.esm_uuid]
    position = {"ShardIteratorType": poller.stream_parameters["StartingPosition"]}
    if position["ShardIteratorType"] == "AT_TIMESTAMP":
        position["Timestamp"] = poller.starting_timestamp
    for shard in poller.source_client.describe_stream(**stream)["StreamDescription"]["Shards"]:
        if shard["ShardId"] not in known:
            first = poller.source_client.get_shard_iterator(
                **stream, ShardId=shard["ShardId"], **position
            )
            known[shard["ShardId"]] = first["ShardIterator"]
    return known


def poll_shard(self: Any, shard_id: str, _: str) -> None:
    """Read one batch at the shard's position, hand it over, and advance if the function took it."""
    with _turns[self.esm_uuid]:
        response = self.get_records(self.shards[shard_id])
        records = response["Records"]
        if _must_wait(self, shard_id, records) or self._is_shutdown.is_set():
            return
        record_iterator_age(self.function_arn, records)
        self.processor.took_batch = True
        self.forward_events_to_target(shard_id, records)
        if self.processor.took_batch or not self._is_shutdown.is_set():
            self.shards[shard_id] = response["NextShardIterator"]


def _must_wait(poller: Any, shard_id: str, records: list[Any]) -> bool:
    """Whether there is nothing to hand over yet: no record, or an open batching window."""
    key = (poller.esm_uuid, shard_id)
    if not records:
        return True
    window = poller.stream_parameters.get("MaximumBatchingWindowInSeconds", 0)
    since = _waiting_since.setdefault(key, time.monotonic())
    if len(records) < poller.stream_parameters["BatchSize"] and time.monotonic() - since < window:
        return True
    del _waiting_since[key]
    return False
