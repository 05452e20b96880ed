"""The end of an experiment: its report is judged, stored and answered, and its locks released."""

from collections.abc import Mapping
from typing import Any

from snapback import report, signals
from snapback.effects import Change, Load, Step, Write
from snapback.protocol.clock import Clock
from snapback.protocol.lifecycle import fence, load_targets
from snapback.records import VERSION, Meta, partition, report_key
from snapback.restoration import finish


def conclude(meta: Meta, original: Mapping[str, str] | None, clock: Clock) -> Step[dict[str, Any]]:
    """`{failure, report}`: the error the execution must end with, if any, and the short report.

    Fenced before its targets are read: a restore that never ran has not fenced it, and a slow
    injector of a later round could still take a target that is terminal now.
    """
    yield from fence(meta)
    targets = yield from load_targets(meta.experiment_id)
    failure = report.judge(targets, original)
    samples = yield Load(partition(meta.experiment_id), "sample#")
    name = meta.experiment["function_name"]
    series = yield from signals.fetch(name, meta.started_at, clock())
    full = report.build(meta, targets, samples, series, failure)
    output = report.short(full)
    record = {"version": VERSION, "report": output}
    yield Write((Change(report_key(meta.experiment_id), set=record),))
    yield from finish(meta, targets, original, clock())
    return {"failure": failure.as_output() if failure else None, "report": output}
