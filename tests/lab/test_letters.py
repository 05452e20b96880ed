"""What Lambda writes to an on-failure destination is read and counted as the report says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lab.product import Product

pytestmark = pytest.mark.long

FUNCTION = "gives-up"
HANDLER = "def handler(event, context): raise ValueError('never')"

type Wait = Callable[..., Any]


@pytest.fixture
def stream(product: Product, make_function: Callable[..., str], eventually: Wait) -> str:
    """A stream whose reader fails once and gives up; its letters go to a queue."""
    make_function(FUNCTION, HANDLER, seconds=5, Tags={"snapback:allowed": "true"})
    kinesis, here = product.aws("kinesis"), f"{product.lab.region}:{product.lab.account_id}"
    kinesis.create_stream(StreamName=FUNCTION, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=FUNCTION)
    product.aws("sqs").create_queue(QueueName=FUNCTION)
    product.aws("lambda").create_event_source_mapping(
        FunctionName=FUNCTION,
        EventSourceArn=f"arn:aws:kinesis:{here}:stream/{FUNCTION}",
        StartingPosition="LATEST",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:sqs:{here}:{FUNCTION}"}},
    )
    eventually(lambda: [each["State"] for each in product.mappings(FUNCTION)], ["Enabled"])
    return FUNCTION


def test_records_that_are_given_up_after_the_window_are_counted(
    product: Product, stream: str, eventually: Wait
) -> None:
    expected = {"type": "destination_received", "condition": "RetryAttemptsExhausted"}
    execution = product.start(function_name=FUNCTION, total_chaos_duration=4, expect=[expected])
    eventually(lambda: product.entered(execution, "Hold"))
    written = 0
    while not product.entered(execution, "Watch recovery"):
        product.aws("kinesis").put_record(StreamName=stream, PartitionKey="one", Data=b"record")
        written += 1
    ended = eventually(lambda: product.ended(execution), seconds=60)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    [judged] = json.loads(ended["output"])["expectations"]
    assert judged["verdict"] == "held", judged
    assert 0 < judged["figures"]["records"]["RetryAttemptsExhausted"] <= written
