"""The page docs/expectations.md, generated from what validates expectations."""

import inspect

from infra.keys_table import keys_table
from snapback.model.expectations import KINDS
from snapback.model.experiment import DEFAULT_FAULT
from snapback.validate.schema import schema

_INTRODUCTION = """\
# Expectations

What should hold during a run, as a list under `expect` in the input. Each is judged after the run,
from what was sampled and from CloudWatch's metrics. `make docs` writes this page from
`functions/snapback/model/expectations.py`.

    "expect": [
      {"type": "backlog_grew"},
      {"type": "drained_within", "seconds": 120},
      {"type": "alarm_within", "alarm": "orders-too-old", "seconds": 180},
      {"type": "probe_stays_up", "url": "https://shop.example/health"}
    ]

**Verdicts.** `held`, `deviated` or `unknown`, each with its reason and the figures it rests on. What
was not measured is `unknown`, never healthy. If the fault was measured to have no effect (no source
queue's backlog grew, and the function was invoked as before), every expectation is `unknown`: a
fault that nobody felt proves nothing. The experiment's status is `deviated` if any deviated or a
target is not as it was, else `unknown` if any is unknown, else `held`. A verdict is a result, not
an error: the execution succeeds.

**The gate.** An alarm that is named and rings already, or does not exist, and an endpoint that is
down: the experiment is refused as not steady, once in validation and once more right before the
window. Nothing is touched.

**What is measured how.** Queues, alarms and endpoints are sampled before, during and after the
window, at most about a hundred times. A minute of a metric counts if it lies wholly in the period it
is judged for; a window of less than two minutes may have none. Endpoints are asked from Snapback's
functions, so they must be reachable from there.

**Streams.** How far behind a stream's reader is, is known from CloudWatch alone: one iterator age a
minute for all streams of the function, published some minutes late, and none for a minute in which
nothing was read. A stream counts as drained with the first whole minute after its start whose
age is back to what it was in the five minutes before the first change, up to a twentieth of what was
added. So the moment is known to the minute: `drained_within` is `held` if the end of that minute is
soon enough, `deviated` if the reader was still behind later than expected, and `unknown` in between
or where minutes are missing. The recovery is watched until the metric tells, at most seven minutes
longer than expected. For a function with queues and streams, `sources` asks for each by itself;
brokers (Kafka, MQ, DocumentDB) have no such measure here and make it `unknown`.

**The start.** AWS may take minutes to start a mapping that was just made or enabled again. So
`drained_within` counts from the last restore, or, if a sample since then has seen a target in
transition, from the first one that finds all of them at rest; the reason tells both times. Where no
sample does, within ten minutes, the verdict is `unknown`.

**Letters.** What Lambda tells an on-failure destination is read from its queue after the run, also
from a queue that is subscribed to a topic, if the expectation names it. Only letters about the
function and from the time of the run count; a letter about a stream tells of a batch, and its
records are what is counted. Nothing is deleted, but SQS shows a message only to one who receives
it: each letter is hidden from other readers for 20 seconds, and its receive count grows by one. So a
queue with a redrive policy, which could move letters on, is not read: the dry run warns of it and
the verdict is `unknown`. What another reader took away before the end of the run is not seen.
"""


def expectations_page() -> str:
    """The introduction, and a section for each kind."""
    return "\n".join([_INTRODUCTION, *(_section(name, kind) for name, kind in KINDS.items())])


def _section(name: str, kind: type) -> str:
    described = schema(DEFAULT_FAULT)["$defs"][kind.__name__]
    fields = {field: each for field, each in described["properties"].items() if field != "type"}
    table = keys_table(fields, described.get("required", ()))
    return "\n".join([f"## {name}", "", str(inspect.getdoc(kind)), "", *table])
