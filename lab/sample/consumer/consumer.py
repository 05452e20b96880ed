"""Counts how often each numbered message was handled."""

import base64
import json
import os
from typing import Any

import boto3

table = boto3.resource("dynamodb").Table(os.environ["HANDLED_TABLE"])


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Handle a batch from any of the three sources; queue messages that fail are reported one by one."""
    failures = []
    for record in event["Records"]:
        try:
            count(message_of(record))
        except Exception:
            if record["eventSource"] != "aws:sqs":
                raise
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def message_of(record: dict[str, Any]) -> dict[str, Any]:
    """The message in a record: {"source", "number"}."""
    if record["eventSource"] == "aws:dynamodb":
        image = record["dynamodb"]["NewImage"]
        return {"source": "dynamodb", "number": int(image["number"]["N"])}
    if record["eventSource"] == "aws:kinesis":
        return dict(json.loads(base64.b64decode(record["kinesis"]["data"])))
    return dict(json.loads(record["body"]))


def count(message: dict[str, Any]) -> None:
    """Add one to the message's count."""
    table.update_item(
        Key={"source": message["source"], "number": message["number"]},
        UpdateExpression="ADD handled :one",
        ExpressionAttributeValues={":one": 1},
    )
