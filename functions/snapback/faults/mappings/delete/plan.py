"""Which mappings are deleted, whether they can be made again, and the plan in sentences."""

import json
from collections.abc import Sequence

from snapback.faults.mappings import choosing, replay
from snapback.faults.mappings.captured import captured, encrypted, in_words
from snapback.faults.mappings.choosing import Wanted, identify
from snapback.faults.mappings.delete.input import Input
from snapback.faults.mappings.delete.refusals import refuse, remark
from snapback.faults.mappings.proofs.suite import prove_deletable
from snapback.model.effects import Step
from snapback.model.experiment import Experiment
from snapback.model.findings import Findings
from snapback.model.records import Target
from snapback.protocol.contract import Choice, Chosen, Circumstances

__all__ = ["Input", "choose", "describe", "identify", "prove"]


def choose(experiment: Experiment, function_arn: str) -> Step[Choice]:
    """The mappings that the request names, or all of the function."""
    uuids = Input(**experiment.own).event_uuids
    wanted = Wanted(experiment.function_name, function_arn, uuids, refuse, remark)
    return choosing.choose(wanted)


def prove(
    experiment: Experiment, targets: Sequence[Chosen], around: Circumstances
) -> Step[Findings]:
    """That every mapping can be made again, and loses nothing until then."""
    return prove_deletable(experiment, Input(**experiment.own), targets, around)


def describe(target: Target, now: float) -> Step[list[str]]:
    """The delete, the request that undoes it, where it resumes, and what cannot come back."""
    was, request = captured(target), target.undo
    config = was.config
    lost = [name for name in was.tags if name.lower().startswith("aws:")]
    if request.get("StartingPosition"):
        lost = ["its checkpoint", *lost]
    why = replay.why(was.because)
    hidden = {"FilterCriteria": "encrypted; not shown"} if encrypted(request) else {}
    return [
        f"Delete {in_words(target)}.",
        f"Recreate it with exactly this request: {json.dumps({**request, **hidden})}",
        replay.start(config, request),
        (yield from replay.duplicates(config, request, now)),
        *([why] if why else []),
        "Lost for good: " + ", ".join(["its UUID", "its ARN", *lost]) + ".",
    ]
