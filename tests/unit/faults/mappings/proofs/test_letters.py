import json
from typing import Any

import pytest

from snapback.faults.mappings.proofs.letters import prove
from snapback.model.effects import Answer
from snapback.model.expectations import DestinationReceived, Expectation
from tests.fakes.answers import answer, refused
from tests.unit.samples import CONFIGS

FAILED = "arn:aws:sqs:eu-west-1:123456789012:failed"
ASKED = [DestinationReceived()]
NAMED = [DestinationReceived(queue=FAILED)]
MOVES_ON = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": FAILED, "maxReceiveCount": 3})}


@pytest.mark.parametrize(
    ("expected", "attributes", "part"),
    [
        ([], {}, ""),
        (ASKED, {}, "no mapping has a queue as its on-failure destination"),
        (NAMED, {"Attributes": {}}, ""),
        (NAMED, {"Attributes": MOVES_ON}, "has a redrive policy"),
        (NAMED, refused(), f"Destination {FAILED} could not be checked (AccessDeniedException)."),
    ],
)
def test_the_plan_says_when_letters_cannot_be_read(
    expected: list[Expectation], attributes: dict[str, Any] | Answer, part: str
) -> None:
    answers: dict[str, Any] = {
        "GetQueueUrl": {"QueueUrl": "failed"},
        "GetQueueAttributes": attributes,
    }
    found = answer(prove(expected, [CONFIGS["sqs"]]), answers)
    assert not found.problems
    assert len(found.warnings) == (1 if part else 0)
    assert part in "".join(found.warnings)
