import json
from typing import Any

from snapback.workload.queues import depths
from snapback.workload.sources import source
from tests.fakes.answers import answer
from tests.unit.samples import CONFIGS

QUEUE = CONFIGS["sqs"]["EventSourceArn"]
DEAD = "arn:aws:sqs:eu-west-1:123456789012:dead"
FAILED = "arn:aws:sqs:eu-west-1:123456789012:failed"


def attributes(params: Any) -> dict[str, Any]:
    depth = {"orders": "4", "dead": "2", "failed": "1"}[params["QueueUrl"]]
    redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD})}
    found = {"ApproximateNumberOfMessages": depth, "ApproximateNumberOfMessagesDelayed": "3"}
    return {"Attributes": found | (redrive if params["QueueUrl"] == "orders" else {})}


def test_a_sample_sees_the_dead_letters_and_the_destinations() -> None:
    name = QUEUE.rsplit(":", 1)[1]
    told = {"DestinationConfig": {"OnFailure": {"Destination": FAILED}}}
    sources = [source(CONFIGS["sqs"]), source({**CONFIGS["kinesis"], **told})]
    urls = {name: "orders", "dead": "dead", "failed": "failed"}
    answers: dict[str, Any] = {
        "GetQueueUrl": lambda params: {"QueueUrl": urls[params["QueueName"]]},
        "GetQueueAttributes": attributes,
    }
    found = answer(depths(sources, []), answers)
    assert found["queues"][QUEUE] == {"visible": 4, "in_flight": 0, "delayed": 3}
    assert found["dead_letters"][DEAD]["visible"] == 2
    assert found["destinations"][FAILED]["visible"] == 1
