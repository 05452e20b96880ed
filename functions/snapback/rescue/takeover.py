"""A restore from outside: fence the experiment, so that nothing more is injected."""

from collections.abc import Mapping
from typing import Any

from snapback.model.effects import Step
from snapback.model.errors import InvalidExperiment
from snapback.protocol.attempt import Attempt
from snapback.protocol.lifecycle import extend, fence, load_open
from snapback.rescue import reasons

_ASKED = {"experiment_id", "execution_arn", "reason"}
"""What the input of a restore from outside may say."""


def take_over(asked: object, attempt: Attempt) -> Step[dict[str, Any]]:
    """Fence an experiment for a restore from outside; `{experiment_id, open, batches}`.

    An execution that was refused has no record, and a name may since belong to another execution:
    then there is nothing to restore. InvalidExperiment if the input names no experiment, gives a
    reason that cannot be shown, or says what this version does not know.
    """
    named = isinstance(asked, Mapping) and isinstance(asked.get("experiment_id"), str)
    if not named or not isinstance(asked, Mapping):
        raise InvalidExperiment(
            f'input: {asked!r} is refused; give {{"experiment_id": "the execution\'s name"}}'
        )
    if unknown := sorted(set(asked) - _ASKED):
        raise InvalidExperiment(
            f"input: unknown keys {', '.join(unknown)}; give some of {', '.join(sorted(_ASKED))}; "
            "a target is given up with the state machine for that (AbandonStateMachineArn)"
        )
    experiment_id = asked["experiment_id"]
    reason = asked.get("reason", "it was restored from outside")
    if problem := reasons.problem("reason", reason):
        raise InvalidExperiment(problem)
    nothing = {"experiment_id": experiment_id, "open": False, "batches": []}
    meta = yield from load_open(experiment_id)
    if meta is None or asked.get("execution_arn") not in (None, meta.execution_arn):
        return nothing
    yield from fence(meta, reason=reason)
    yield from extend(meta, attempt.until(attempt.timings.restore_targets_task_seconds))
    return {"experiment_id": experiment_id, "open": True, "batches": meta.batches}
