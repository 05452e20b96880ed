"""LocalEmu publishes no IteratorAge."""

from __future__ import annotations

import time
from typing import Any

from localemu.utils.cloudwatch.cloudwatch_util import publish_lambda_metric


def record_iterator_age(function_arn: str, records: list[Any]) -> None:
    """Publish the age of the last record of a batch, in milliseconds, as AWS/Lambda does."""
    last = records[-1]
    arrived = last.get("ApproximateArrivalTimestamp") or last["dynamodb"].get(
        "ApproximateCreationDateTime"
    )
    if arrived is None:
        return
    _, _, _, region, account, _, function_name, *_ = function_arn.split(":")
    age_ms = max(0.0, (time.time() - arrived.timestamp()) * 1000)
    publish_lambda_metric(
        "IteratorAge", age_ms, {"func_name": function_name}, account_id=account, region_name=region
    )
