"""Event source mappings: their life cycle, the three pollers, and what a deletion does to what was not read yet."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lab.sample.outputs import Sample
from lab.sample.producer import SOURCES, Producer
from tests.lab.sample_mappings import READ_ONLY, Mappings, counts


@pytest.fixture(scope="module")
def mappings(aws: Any, sample: Sample, eventually: Any) -> Mappings:
    found = Mappings(aws("lambda"), sample, eventually)
    found.settle(*SOURCES)
    return found


@pytest.fixture
def produce(lab: Any, sample: Sample, request: pytest.FixtureRequest) -> Producer:
    """A producer whose numbers no other test uses."""
    first = 1 + 10_000 * (1 + hash(request.node.name) % 100_000)
    return Producer(lab, sample, per_second=10, first=first)


@pytest.mark.usefixtures("mappings")
def test_each_source_delivers_each_message_once(
    lab: Any, sample: Sample, produce: Producer, eventually: Any
) -> None:
    """Queue, stream and table; what was written right after Enabled included."""
    with produce:
        time.sleep(1)
    once = {source: [1] * produce.written[source] for source in SOURCES}
    eventually(lambda: counts(lab, sample, produce), once)


@pytest.mark.parametrize("source", SOURCES)
def test_a_mapping_lives_as_in_aws(mappings: Mappings, source: str) -> None:
    """Creating, Enabled, refused twice and refused in transition, Deleting, not found; every setting kept."""
    before, tags = mappings.get(source), mappings.tags(source)
    request = mappings.delete(source)
    assert mappings.create(source, request)["State"] == "Creating"
    with pytest.raises(ClientError, match="ResourceInUseException"):
        mappings.client.delete_event_source_mapping(UUID=mappings.uuids[source])
    mappings.settle(source)
    with pytest.raises(ClientError, match="ResourceConflictException") as conflict:
        mappings.client.create_event_source_mapping(**request)
    assert mappings.uuids[source] in str(conflict.value)
    after = mappings.get(source)
    volatile = READ_ONLY - {"FunctionArn", "State"}
    assert {k: v for k, v in after.items() if k not in volatile} == {
        k: v for k, v in before.items() if k not in volatile
    }
    assert mappings.tags(source) == tags
    assert after["UUID"] != before["UUID"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_disabled_mapping_can_be_deleted_and_is_no_longer_listed(
    mappings: Mappings, source: str
) -> None:
    """Nothing stays behind as Deleting."""
    mappings.client.update_event_source_mapping(UUID=mappings.uuids[source], Enabled=False)
    mappings.settle(source, state="Disabled")
    request = mappings.delete(source)
    listed = mappings.client.list_event_source_mappings(FunctionName=mappings.function_name)
    assert len(listed["EventSourceMappings"]) == len(SOURCES) - 1
    mappings.create(source, request)
    mappings.settle(source)


@pytest.mark.long
def test_a_backlog_grows_while_mappings_are_gone_and_drains_afterwards(
    lab: Any,
    aws: Any,
    sample: Sample,
    mappings: Mappings,
    produce: Producer,
    eventually: Any,
) -> None:
    """Nothing is handled meanwhile; nothing is lost, with AT_TIMESTAMP and TRIM_HORIZON where a position was lost."""
    with produce:
        time.sleep(1)
        begun = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
        requests = {source: mappings.delete(source) for source in SOURCES}
        gone = counts(lab, sample, produce)
        time.sleep(3)
    still = counts(lab, sample, produce)
    for source in SOURCES:
        assert sum(still[source]) == sum(gone[source])
        assert still[source].count(0) > 20
    depth = ["ApproximateNumberOfMessages"]
    url = sample.queue_url
    eventually(
        lambda: aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=depth)["Attributes"],
        {depth[0]: str(still["sqs"].count(0))},
    )

    resumed: dict[str, dict[str, Any]] = {
        "sqs": {},
        "kinesis": {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": begun},
        "dynamodb": {"StartingPosition": "TRIM_HORIZON"},
    }
    for source in SOURCES:
        mappings.create(source, requests[source] | resumed[source])
    mappings.settle(*SOURCES)
    assert mappings.get("kinesis")["StartingPosition"] == "AT_TIMESTAMP"
    eventually(lambda: all(min(each) > 0 for each in counts(lab, sample, produce).values()))
    eventually(lambda: counts(lab, sample, produce)["dynamodb"][0], 2)
    ended = counts(lab, sample, produce)
    assert set(ended["sqs"]) == {1}
    assert ended["kinesis"][-20:] == [1] * 20


def test_a_disabled_mapping_resumes_where_it_was(
    lab: Any, sample: Sample, mappings: Mappings, produce: Producer, eventually: Any
) -> None:
    """Disable and enable lose nothing and repeat nothing."""
    with produce:
        time.sleep(1)
        for source in SOURCES:
            mappings.client.update_event_source_mapping(UUID=mappings.uuids[source], Enabled=False)
        mappings.settle(*SOURCES, state="Disabled")
        paused = counts(lab, sample, produce)
        time.sleep(2)
        assert {s: sum(n) for s, n in counts(lab, sample, produce).items()} == {
            s: sum(n) for s, n in paused.items()
        }
        for source in SOURCES:
            answer = mappings.client.update_event_source_mapping(
                UUID=mappings.uuids[source], Enabled=True
            )
            assert answer["State"] == "Enabling"
            assert mappings.get(source)["State"] == "Enabling"
        mappings.settle(*SOURCES)
    once = {source: [1] * produce.written[source] for source in SOURCES}
    eventually(lambda: counts(lab, sample, produce), once)


def test_a_batch_in_hand_is_finished_when_its_mapping_is_deleted(
    aws: Any, make_function: Callable[..., str], eventually: Any
) -> None:
    """The mapping shows as Deleting until then, and what comes later stays in the queue."""
    make_function("slow", "import time\ndef handler(event, context): time.sleep(3)", seconds=10)
    queue = aws("sqs").create_queue(QueueName="slow", Attributes={"VisibilityTimeout": "60"})
    url = queue["QueueUrl"]
    functions = aws("lambda")
    uuid = functions.create_event_source_mapping(
        FunctionName="slow", EventSourceArn="arn:aws:sqs:us-east-1:000000000000:slow", BatchSize=1
    )["UUID"]
    eventually(lambda: functions.get_event_source_mapping(UUID=uuid)["State"], "Enabled")
    aws("sqs").send_message(QueueUrl=url, MessageBody="first")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def depth() -> list[int]:
        attributes = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return [int(attributes["Attributes"][name]) for name in names]

    eventually(depth, [0, 1])
    found = Mappings(functions, Sample("slow", "", "", "", "", []), eventually)
    functions.delete_event_source_mapping(UUID=uuid)
    aws("sqs").send_message(QueueUrl=url, MessageBody="second")
    assert functions.get_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    eventually(lambda: found.gone(uuid))
    assert depth() == [1, 0]
