"""What is seen while an experiment runs: its targets, what is around them, alarms and probes.

A sample is `{at, phase, states, settled, alarms, probes, …}`, with `at` in epoch seconds:

- `states`: `{key: state}`, a target's state in words; `settled` whether none is in transition
- `alarms`: `{name: {state, since}}`, since when it has that state; UNREADABLE with `why`
- `probes`: `{url: {status, seconds, error}}`, status 0 where there was no answer
- and what the fault looks at besides its targets, such as `queues`
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from snapback.faults import registry
from snapback.model import expectations
from snapback.model.effects import Change, Document, Probe, Step, Write
from snapback.model.experiment import Experiment
from snapback.model.records import VERSION, Target, sample_key
from snapback.protocol.lifecycle import kept_until
from snapback.workload.alarms import alarms


def sample(
    targets: Sequence[Target], experiment: Experiment, phase: str, at: float
) -> Step[Document]:
    """Take one sample of all targets and store it."""
    found = yield from registry.act(experiment.fault).sample(targets, experiment)
    taken = {
        "at": at,
        "phase": phase,
        "states": found.states,
        "settled": found.settled,
        **found.signals,
        "alarms": (yield from alarms(_alarms(experiment))),
        "probes": (yield from probes(experiment)),
    }
    item = {"version": VERSION, **taken, **kept_until(at)}
    yield from Write((Change(sample_key(targets[0].experiment_id, at), set=item),))
    return taken


def _alarms(experiment: Experiment) -> list[str]:
    return [*{*experiment.stop_alarms, *expectations.alarms(experiment.expect)}]


def probes(experiment: Experiment) -> Step[dict[str, dict[str, Any]]]:
    """Ask each endpoint once: `{url: {status, seconds, error}}`, the URL without its query."""
    found = {}
    for url in expectations.urls(experiment.expect):
        found[expectations.shown(url)] = asdict((yield from Probe(url, expectations.PROBE_SECONDS)))
    return found


def window_left(targets: Iterable[Target], duration: float, now: float) -> float:
    """Seconds until the window ends, counted from when the fault came into force everywhere.

    While a change is pending, the whole window is still to come. Where every fault ends by itself,
    the window ends with the last of them.
    """
    targets = list(targets)
    in_force = max((now if each.pending else each.in_force_at for each in targets), default=now)
    ends = [target.fault_ends_at for target in targets]
    by_itself = max(ends) if ends and all(ends) else float("inf")
    return min(in_force + duration, by_itself) - now
