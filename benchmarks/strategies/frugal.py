"""As few calls as it takes to keep every setting and tag: shared pages, and a pace below the limit.

It reads in pages of a hundred, and a call for each mapping is left only where there is no other way: for
its tags, to delete it, to create it.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.strategies.requests import request_of

CALLS_PER_SECOND = 10
LOOK_SECONDS = 20

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 10})


def play(uuids: Sequence[str], hold_seconds: int) -> None:
    """Take the mappings away for so many seconds, make them again, and look that all are enabled."""
    api = _Paced(boto3.client("lambda", config=_CONFIG))
    found = {each["UUID"]: each for each in api.pages()}
    requests = []
    for uuid in uuids:
        tags = api.call("list_tags", Resource=found[uuid]["EventSourceMappingArn"])["Tags"]
        requests.append(request_of(found[uuid], tags))
    for uuid in uuids:
        api.call("delete_event_source_mapping", UUID=uuid)
    time.sleep(hold_seconds)
    while any(each["UUID"] in uuids for each in api.pages()):
        time.sleep(LOOK_SECONDS)
    made = {api.call("create_event_source_mapping", **each)["UUID"] for each in requests}
    while not made <= {each["UUID"] for each in api.pages() if each["State"] == "Enabled"}:
        time.sleep(LOOK_SECONDS)


class _Paced:
    """A client that leaves a pause between two calls."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def call(self, operation: str, **asked: Any) -> Any:
        time.sleep(1 / CALLS_PER_SECOND)
        return getattr(self._api, operation)(**asked)

    def pages(self) -> Iterator[Any]:
        """Every mapping of the account."""
        marker: dict[str, str] = {}
        while True:
            page = self.call("list_event_source_mappings", **marker)
            yield from page["EventSourceMappings"]
            if not page.get("NextMarker"):
                return
            marker = {"Marker": page["NextMarker"]}
