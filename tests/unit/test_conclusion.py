"""An experiment is closed before anything about it is judged."""

from typing import Any

from snapback.model.effects import Fetch, Load, Write
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, meta_key
from snapback.report.conclusion import conclude

EXPERIMENT = Experiment.of({"function_name": "orders", "event_uuids": "all"})
META = Meta("run", "restoring", "arn:run", EXPERIMENT.stored(), deadline=0)


def test_no_lock_waits_for_metrics_or_letters() -> None:
    """The report may run out of its time over them: by then the experiment is closed."""
    written: list[Any] = []
    step = conclude(META, None, lambda: 1000.0)
    reply: Any = None
    effect = next(step)
    while isinstance(effect, Write | Load | Fetch):
        if isinstance(effect, Write):
            written += effect.changes
        reply = True if isinstance(effect, Write) else []
        effect = step.send(reply)
    assert {"status": "closed", "closed_at": 1000.0} in [each.set for each in written]
    assert all(each.key == meta_key("run") for each in written)
