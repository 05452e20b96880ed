"""A world of many mappings, with the limits and the slowness of AWS, in which everything is counted.

    with metered(100) as made:
        execution = made.start(asked_of(made))
        made.run()
        assert problems(made) == []
        assert made.wire.traffic.control_plane.refused == 0

Each mapping has a queue of its own. All that is sent stands in `made.wire.seen`, the units of the
table in `made.items.units`, the invocations in `made.lambdas.ran`, and `execution.transitions` and
`execution.events` count what Step Functions does. A hundred targets take some seconds of real time.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest import mock

from tests.fakes import workload
from tests.fakes.cloud.bystanders import HELPFUL
from tests.fakes.cloud.mappings import Transitions
from tests.fakes.cloud.wire import Strike
from tests.fakes.cloud.world import World, world
from tests.fakes.quota import Window
from tests.fakes.traffic import ASSUMED_SECONDS, Traffic

AS_ON_AWS = Transitions(deleting=(8.0, 20.0), settling=(20.0, 60.0))
"""How long mappings are in transition: an assumption, after what users of deployment tools report."""


@contextmanager
def metered(
    targets: int,
    *,
    control_plane: Window | None = None,
    strike: Strike | None = None,
    transitions: Transitions = AS_ON_AWS,
    settings: Mapping[str, str] | None = None,
) -> Iterator[World]:
    """A world of so many queues with a mapping each, behind a quota of 15 requests a second.

    `control_plane` may be another quota, such as `Window(others_per_second=5)`; `settings` are
    variables of the handlers' environment.
    """
    traffic = Traffic(ASSUMED_SECONDS, control_plane or Window())
    asked = workload.request("queue")
    with (
        mock.patch.dict(os.environ, settings or {}),
        world((), strike, traffic=traffic, transitions=transitions) as made,
    ):
        made.wire.bystanders = HELPFUL
        for number in range(targets):
            source = f"{asked['EventSourceArn']}-{number:04}"
            made.add({**asked, "EventSourceArn": source, "Tags": {"team": f"team {number}"}})
        yield made
