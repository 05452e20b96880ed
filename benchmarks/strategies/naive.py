"""A loop over boto3: get and delete each mapping, wait, create each, look until each is enabled.

No call shows tags beside the settings, so it loses them.
"""

import time
from collections.abc import Sequence

import boto3

from benchmarks.strategies.requests import request_of

LOOK_SECONDS = 5


def play(uuids: Sequence[str], hold_seconds: int) -> None:
    """Take the mappings away for so many seconds, and make them again."""
    api = boto3.client("lambda")
    configs = []
    for uuid in uuids:
        configs.append(api.get_event_source_mapping(UUID=uuid))
        api.delete_event_source_mapping(UUID=uuid)
    time.sleep(hold_seconds)
    made = [api.create_event_source_mapping(**request_of(each))["UUID"] for each in configs]
    for uuid in made:
        while api.get_event_source_mapping(UUID=uuid)["State"] != "Enabled":
            time.sleep(LOOK_SECONDS)
