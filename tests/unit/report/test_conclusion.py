"""An experiment is closed before anything about it is judged."""

from snapback.model.effects import Change, Fetch, Load, Reply, Write
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, meta_key
from snapback.report.conclusion import conclude
from snapback.report.publication import Outlets
from tests.fakes.attempts import attempt

META = Meta("run", "restoring", "arn:run", Experiment(function_name="orders"), deadline=0)


def test_no_lock_waits_for_metrics_or_letters() -> None:
    """The report may run out of its time over them: by then the experiment is closed."""
    written: list[Change] = []
    step = conclude("run", None, Outlets(), attempt(1000.0))
    effect = next(step)
    while isinstance(effect, Write | Load | Fetch):
        if isinstance(effect, Write):
            written += effect.changes
        replies: dict[type, Reply] = {Write: True, Load: [], Fetch: META.item()}
        effect = step.send(replies[type(effect)])
    assert {"status": "closed", "closed_at": 1000.0} in [each.set for each in written]
    assert all(each.key == meta_key("run") for each in written)
