"""The page docs/expectations.md, generated from what validates expectations."""

import inspect

from infra.keys_table import keys_table
from snapback.model.expectations import KINDS
from snapback.model.experiment import DEFAULT_FAULT
from snapback.validate.schema import schema

_INTRODUCTION = """\
# Expectations

An expectation says what should hold during a run. List expectations under `expect` in the input. Each
is judged after the run, from samples and from CloudWatch's metrics. `make docs` generates this page
from `functions/snapback/model/expectations.py`.

    "expect": [
      {"type": "backlog_grew"},
      {"type": "drained_within", "seconds": 120},
      {"type": "alarm_within", "alarm": "orders-too-old", "seconds": 180},
      {"type": "probe_stays_up", "url": "https://shop.example/health"}
    ]

**Verdicts.** Each expectation is `held`, `deviated` or `unknown`, with the reason and the figures
behind it. What was not measured is `unknown`, never healthy. If the measurements show that the fault
had no effect (no source queue's backlog grew, and the function was invoked as before), every
expectation is `unknown`: a fault that nobody felt proves nothing. The experiment's status is
`deviated` if any expectation deviated or a target is not as it was, `unknown` if any is unknown, and
`held` otherwise. A verdict is a result, not an error: the execution succeeds.

**Steady state.** An experiment is refused as not steady if a named alarm does not exist or is
already in ALARM, or if a probed endpoint is down. Snapback checks this during validation and again
right before the window, and touches nothing if it refuses.

**Samples.** Queues, alarms and endpoints are sampled before, during and after the window, about a
hundred times at most. A minute of a metric counts only if all of it lies in the period it is judged
for, so a window of less than two minutes may have none. Snapback's functions send the probes, so
they must be able to reach the endpoints.

**The start.** AWS may take minutes to start a mapping that was just made or enabled again. So
`drained_within` counts from the last restore or, if a later sample saw a target in transition, from
the first sample in which all of them are at rest; the reason tells both times. If no sample within
ten minutes finds them at rest, the verdict is `unknown`.

**Streams.** Only CloudWatch knows how far behind a stream's reader is. It publishes one iterator age
a minute for all streams of the function, some minutes late, and none for a minute in which nothing
was read. A stream counts as drained in the first whole minute after the start in which that age is
back to what it was in the five minutes before the first change, give or take a twentieth of what was
added. The time is therefore known to the minute: `drained_within` is `held` if that minute
ends soon enough, `deviated` if the reader was still behind after the time allowed, and `unknown` in
between or where minutes are missing. The recovery is watched until the metric decides, at most seven
minutes beyond the time allowed. If a function reads both queues and streams, `sources` limits the
expectation to one of them. Kafka, Amazon MQ and DocumentDB have no such measure here, so
`drained_within` is `unknown` for them.

**Destinations.** Lambda's messages to an on-failure destination are read from its queue after the
run. If the destination is a topic, name a queue that is subscribed to it. Only messages about this
function from the time of this run count. One message about a stream stands for a batch; its records
are counted. Nothing is deleted, but reading a message from SQS hides it from other readers for
20 seconds and raises its receive count by one. A queue with a redrive policy, which could move
messages on because of that count, is not read: the dry run warns of it and the verdict is `unknown`.
A message that another reader took before the end of the run is not seen.
"""


def expectations_page() -> str:
    """The introduction, and a section for each kind."""
    return "\n".join([_INTRODUCTION, *(_section(name, kind) for name, kind in KINDS.items())])


def _section(name: str, kind: type) -> str:
    described = schema(DEFAULT_FAULT)["$defs"][kind.__name__]
    fields = {field: each for field, each in described["properties"].items() if field != "type"}
    table = keys_table(fields, described.get("required", ()))
    return "\n".join([f"## {name}", "", str(inspect.getdoc(kind)), "", *table])
