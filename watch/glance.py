"""Looks at an execution where it runs: Step Functions and the table."""

import time
from typing import Any

from aws.table import query
from snapback.model.effects import Load
from snapback.model.records import partition
from watch.look import Look, look

HISTORY_EVENTS = 30
"""As many as surely hold the last state that was entered."""


def glance(states: Any, dynamodb: Any, table_name: str, execution_arn: str) -> Look:
    """One look at an execution, by clients of its account and Region."""
    found = states.describe_execution(executionArn=execution_arn)
    history = states.get_execution_history(
        executionArn=execution_arn, reverseOrder=True, maxResults=HISTORY_EVENTS
    )
    items = query(dynamodb, table_name, Load(partition(found["name"])))
    return look(found, history, items, time.time())
