"""An experiment on many mappings at once, and how often Lambda throttles meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from botocore.exceptions import ClientError

from prove.evidence import Crowd
from prove.gather.runs import run
from prove.world import World

PAUSE_SECONDS = 0.5
THROTTLED = "TooManyRequestsException"


def crowd(world: World) -> Iterator[Crowd]:
    """Break and restore all of them; a reader of our own counts the refusals."""
    function = world.workload["CrowdName"]
    over = threading.Event()
    refused = 0

    def read() -> None:
        nonlocal refused
        functions = world.account.client("lambda", once=True)
        while not over.wait(PAUSE_SECONDS):
            try:
                functions.list_event_source_mappings(FunctionName=function)
            except ClientError as error:
                refused += error.response["Error"]["Code"] == THROTTLED

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        done = run(world, "crowd", function)
    finally:
        over.set()
        reader.join()
    yield Crowd(done, refused)
