"""What is seen while an experiment runs: mappings, queues, alarms and probes.

A sample is `{at, phase, mappings, queues, dead_letters, destinations, alarms, probes}`, with `at`
in epoch seconds:

- `mappings`: `{key: state}`, `absent` for one that does not exist
- `queues`, `dead_letters`, `destinations`: `{arn: {visible, in_flight, delayed}}`
- `alarms`: `{name: {state, since}}`, since when it has that state
- `probes`: `{url: {status, seconds, error}}`, status 0 where there was no answer
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from snapback.faults.mappings.mapping import SETTLED
from snapback.faults.mappings.reading import get
from snapback.model import expectations
from snapback.model.effects import Call, Change, Probe, Step, Write
from snapback.model.experiment import Experiment
from snapback.model.records import VERSION, Target, sample_key
from snapback.workload.queues import depths

SAMPLED_TARGETS = 20
"""A sample looks at so many targets at most: the Lambda API allows 15 requests a second in all."""

DRAINED = 0.05
"""The share of a backlog that counts as drained: with traffic going on it is never quite nothing."""

ALARMS_A_CALL = 100


def sample(
    targets: Sequence[Target], experiment: Experiment, phase: str, at: float
) -> Step[dict[str, Any]]:
    """Take one sample and store it."""
    seen = targets[:SAMPLED_TARGETS]
    mappings = {}
    for target in seen:
        mappings[target.key] = yield from _state(target)
    taken = {
        "at": at,
        "phase": phase,
        "mappings": mappings,
        **(yield from depths(seen, experiment.expect)),
        "alarms": (yield from alarms(_alarms(experiment))),
        "probes": (yield from probes(experiment)),
    }
    item = {"version": VERSION, **taken}
    yield from Write((Change(sample_key(seen[0].experiment_id, at), set=item),))
    return taken


def _state(target: Target) -> Step[str]:
    answer = yield from get(target.live_uuid)
    if answer.gone:
        return "absent"
    return str(answer.body["State"]) if answer.done else "unknown"


def _alarms(experiment: Experiment) -> list[str]:
    return [*{*experiment.stop_alarms, *expectations.alarms(experiment.expect)}]


def alarms(names: Iterable[str]) -> Step[dict[str, dict[str, Any]]]:
    """Each alarm that exists: `{name: {state, since}}`, with OK, ALARM or INSUFFICIENT_DATA."""
    found: list[Mapping[str, Any]] = []
    wanted = sorted(names)
    for first in range(0, len(wanted), ALARMS_A_CALL):
        answer = yield from Call(
            "cloudwatch",
            "DescribeAlarms",
            {
                "AlarmNames": wanted[first : first + ALARMS_A_CALL],
                "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
                "MaxRecords": ALARMS_A_CALL,
            },
        )
        found += [*answer.body.get("MetricAlarms", ()), *answer.body.get("CompositeAlarms", ())]
    return {
        each["AlarmName"]: {
            "state": each["StateValue"],
            "since": each.get("StateTransitionedTimestamp") or each.get("StateUpdatedTimestamp", 0),
        }
        for each in found
    }


def probes(experiment: Experiment) -> Step[dict[str, dict[str, Any]]]:
    """Ask each endpoint once: `{url: {status, seconds, error}}`."""
    found = {}
    for url in expectations.urls(experiment.expect):
        found[url] = asdict((yield from Probe(url, expectations.PROBE_SECONDS)))
    return found


def window_left(targets: Iterable[Target], duration: float, now: float) -> float:
    """Seconds until the window ends, counted from the moment the last target was affected."""
    affected = max((target.injected_at for target in targets), default=now)
    return affected + duration - now


def settled(taken: Mapping[str, Any]) -> bool:
    """Whether every mapping of a sample is where it is going to stay."""
    return all(state in (*SETTLED, "absent") for state in taken["mappings"].values())


def drained(samples: Sequence[Mapping[str, Any]]) -> bool:
    """Whether of what piled up in each queue since the first sample a twentieth is left at most."""
    return all(_left(queue, samples) <= DRAINED for queue in samples[0]["queues"])


def _left(queue: str, samples: Sequence[Mapping[str, Any]]) -> float:
    """The share of the greatest backlog that is left in the last sample; 1 if it is not known."""
    visible = [each["queues"].get(queue, {}).get("visible") for each in samples]
    before, now = visible[0], visible[-1]
    piled_up = max(each for each in visible if each is not None) - before
    if now is None:
        return 1
    return float((now - before) / piled_up) if piled_up else 0
