"""How mappings look while an experiment runs: their states, and the queues around them."""

from collections.abc import Sequence

from snapback.faults.mappings.captured import captured
from snapback.faults.mappings.mapping import SETTLED
from snapback.faults.mappings.reading import listed
from snapback.model.effects import Step
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.model.source import Source
from snapback.model.steps import done
from snapback.protocol.contract import Pending, Sample
from snapback.workload.queues import depths
from snapback.workload.sources import source

ABSENT = "absent"
"""The state of a mapping that does not exist."""

UNKNOWN = "unknown"
"""The state of a mapping that cannot be listed, or is back and not listed yet."""


def sources(targets: Sequence[Target]) -> Step[list[Source]]:
    """What the captured mappings read."""
    return done(_sources(targets))


def _sources(targets: Sequence[Target]) -> list[Source]:
    return [source(config) for each in targets if (config := captured(each).config)]


def sample(targets: Sequence[Target], experiment: Experiment) -> Step[Sample]:
    """The state of every mapping, and the depths of the queues around them."""
    states = yield from _states(targets)
    settled = all(state in (*SETTLED, ABSENT) for state in states.values())
    return Sample(states, settled, (yield from depths(_sources(targets), experiment.expect)))


def _states(targets: Sequence[Target]) -> Step[dict[str, str]]:
    """The state of each mapping by the target's key: one list for each qualifier of a function."""
    states = {each.key: UNKNOWN for each in targets}
    for function in sorted({_function(each) for each in targets} - {""}):
        found = yield from listed({"FunctionName": function})
        if isinstance(found, Pending):
            continue
        known = {each.body["UUID"]: str(each.body["State"]) for each in found}
        for each in targets:
            if _function(each) == function:
                missing = UNKNOWN if each.status == "restored" else ABSENT
                states[each.key] = known.get(each.live_name, missing)
    return states


def _function(target: Target) -> str:
    """The ARN of the function that a captured mapping feeds, with its qualifier."""
    return str(captured(target).config.get("FunctionArn", ""))
