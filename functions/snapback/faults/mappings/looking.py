"""How mappings look while an experiment runs: their states, and what waits in their queues."""

from collections.abc import Sequence

from snapback.faults.mappings.mapping import SETTLED
from snapback.faults.mappings.reading import listed
from snapback.model.effects import Document, Step
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


def config_of(target: Target) -> Document:
    """The configuration that was captured; {} if none was."""
    captured: Document = target.snapshot.document.get("config", {})
    return captured


def sources(targets: Sequence[Target]) -> Step[list[Source]]:
    """What the captured mappings read."""
    return done(_sources(targets))


def _sources(targets: Sequence[Target]) -> list[Source]:
    return [source(config) for each in targets if (config := config_of(each))]


def sample(targets: Sequence[Target], experiment: Experiment) -> Step[Sample]:
    """The state of every mapping, and the depths of the queues around them."""
    found = yield from _states(targets)
    states = {each.key: found.get(each.live_name, UNKNOWN) for each in targets}
    settled = all(state in (*SETTLED, ABSENT) for state in states.values())
    return Sample(states, settled, (yield from depths(_sources(targets), experiment.expect)))


def _states(targets: Sequence[Target]) -> Step[dict[str, str]]:
    """The state of each mapping by UUID: one list for each qualifier of the function."""
    states: dict[str, str] = {}
    for function in sorted({config_of(each)["FunctionArn"] for each in targets}):
        found = yield from listed({"FunctionName": function})
        if isinstance(found, Pending):
            continue
        states |= {each.live_name: ABSENT for each in targets if _feeds(each, function)}
        states |= {each.body["UUID"]: str(each.body["State"]) for each in found}
    return states


def _feeds(target: Target, function: str) -> bool:
    return bool(config_of(target)["FunctionArn"] == function)
