"""Whether a request is one that the SDK would send, by botocore's own model of the API.

What that does not know of CloudWatch is which metrics AWS publishes.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from snapback.model.effects import Call

_READS = ("Describe", "Get", "List", "Receive", "Simulate")
_OF_THE_STACK = {
    "DescribeExecution", "GetParameter", "GetParameterHistory", "PutObject", "PutParameter", "Publish",
    "StartExecution",
}  # fmt: skip
"""The operations on what belongs to the stack itself; every other one is about a target."""


def check_call(call: Call) -> None:
    """Fail on a bad request, on a change that may be repeated, and on one to the wrong place."""
    check(call.service, call.operation, call.params)
    assert call.changes is not call.operation.startswith(_READS), call
    assert call.at_home is (call.operation in _OF_THE_STACK), call


def check(service: str, operation: str, params: Mapping[str, Any]) -> None:
    """Fail on an unknown operation, a parameter that is missing or unknown, or a wrong type."""
    model = _model(service)
    assert operation in model.operation_names, f"{service} has no operation {operation}"
    shape = model.operation_model(operation).input_shape
    report = ParamValidator().validate(dict(params), shape)
    assert not report.has_errors(), f"{operation}: {report.generate_report()}"
    if operation == "GetMetricData":
        assert params.get("ScanBy") == "TimestampAscending", "points are told oldest first"
    for query in params.get("MetricDataQueries", ()):
        check_published(query["MetricStat"]["Metric"])


PUBLISHED = {
    "AWS/Kinesis": {"IncomingRecords": "StreamName"},
    "AWS/Lambda": dict.fromkeys(
        ("Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions", "IteratorAge"),
        "FunctionName",
    ),
    "AWS/SQS": {"ApproximateAgeOfOldestMessage": "QueueName"},
}
"""The metrics of AWS that Snapback reads, each with its dimension, as the services document them."""


def check_published(metric: Mapping[str, Any]) -> None:
    """Fail on a metric in a namespace of AWS that AWS does not publish."""
    namespace, name = metric["Namespace"], metric["MetricName"]
    if namespace.startswith("AWS"):
        assert [each["Name"] for each in metric["Dimensions"]] == [PUBLISHED[namespace][name]]


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)
