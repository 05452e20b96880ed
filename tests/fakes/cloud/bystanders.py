"""What services answer that a run does not change, and that moto does not have or is slow at."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from tests.fakes.cloud import faults
from tests.fakes.wire import Response, ok, refusal

type Answers = Mapping[str, Callable[[bytes], Response]]
"""What answers the body of a request, by the name of its operation."""

_ATTRIBUTES = {
    "ApproximateNumberOfMessages": "0",
    "ApproximateNumberOfMessagesDelayed": "0",
    "ApproximateNumberOfMessagesNotVisible": "0",
    "MessageRetentionPeriod": "345600",
    "VisibilityTimeout": "30",
}
_RESULT = (
    "<member><EvalActionName>{}</EvalActionName><EvalResourceName>*</EvalResourceName>"
    "<EvalDecision>allowed</EvalDecision></member>"
)
_SIMULATED = (
    "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated>"
    "<EvaluationResults>{}</EvaluationResults></SimulatePrincipalPolicyResult>"
    "</SimulatePrincipalPolicyResponse>"
)


def _queue_url(body: bytes) -> Response:
    name = json.loads(body)["QueueName"]
    return ok({"QueueUrl": f"https://sqs.eu-west-1.amazonaws.com/123456789012/{name}"})


def _queue_attributes(_: bytes) -> Response:
    return ok({"Attributes": _ATTRIBUTES})


def _allowed(body: bytes) -> Response:
    """Every action that is asked for."""
    asked = parse_qs(_text(body))
    actions = [values[0] for name, values in asked.items() if name.startswith("ActionNames.")]
    results = "".join(map(_RESULT.format, actions))
    return 200, {"Content-Type": "text/xml"}, _SIMULATED.format(results)


def _no_stack(_: bytes) -> Response:
    return refusal("cloudformation", 400, "ValidationError", "no stack has it")


def _no_stacks(_: bytes) -> Response:
    listed = "<ListStacksResult><StackSummaries/></ListStacksResult>"
    return 200, {"Content-Type": "text/xml"}, f"<ListStacksResponse>{listed}</ListStacksResponse>"


def _text(body: bytes | str) -> str:
    return body if isinstance(body, str) else body.decode()


def _published(_: bytes) -> Response:
    told = "<PublishResult><MessageId>1</MessageId></PublishResult>"
    return 200, {}, f"<PublishResponse>{told}</PublishResponse>"


SILENT: Answers = {
    "Publish": _published,
    "SimulatePrincipalPolicy": lambda _: faults.denied("iam"),
    "DescribeStackResources": lambda _: faults.denied("cloudformation"),
    "ListStacks": lambda _: faults.denied("cloudformation"),
}
"""Reports are told; nobody may ask what a role may do, or who owns a mapping."""

HELPFUL: Answers = {
    **SILENT,
    "SimulatePrincipalPolicy": _allowed,
    "DescribeStackResources": _no_stack,
    "ListStacks": _no_stacks,
    "GetQueueUrl": _queue_url,
    "GetQueueAttributes": _queue_attributes,
}
"""Roles may do everything, no stack owns a mapping, and every queue that is named exists and is empty."""
