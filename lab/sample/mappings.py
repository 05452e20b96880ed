"""The sample's event source mappings.

They are not part of its stack: a mapping that a stack owns is no target unless one insists.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lab.cloud import client
from lab.session import Lab

ONLY_INSERTS = {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]}


def create(lab: Lab, outputs: Mapping[str, str]) -> list[str]:
    """Make the mappings of the queue, the stream and the table, or find them; their UUIDs in order."""
    lambda_ = client(lab, "lambda")
    listed = lambda_.list_event_source_mappings(FunctionName=outputs["FunctionName"])
    known = {each["EventSourceArn"]: each["UUID"] for each in listed["EventSourceMappings"]}
    return [
        known.get(wanted["EventSourceArn"])
        or lambda_.create_event_source_mapping(FunctionName=outputs["FunctionName"], **wanted)[
            "UUID"
        ]
        for wanted in _wanted(outputs)
    ]


def _wanted(outputs: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "EventSourceArn": outputs["QueueArn"],
            "BatchSize": 5,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "Tags": {"sample": "queue"},
        },
        {
            "EventSourceArn": outputs["StreamArn"],
            "BatchSize": 20,
            "StartingPosition": "LATEST",
            "MaximumRetryAttempts": 100,
            "BisectBatchOnFunctionError": True,
            "Tags": {"sample": "stream"},
        },
        {
            "EventSourceArn": outputs["SourceTableStreamArn"],
            "BatchSize": 20,
            "StartingPosition": "LATEST",
            "FilterCriteria": ONLY_INSERTS,
            "Tags": {"sample": "table"},
        },
    ]
