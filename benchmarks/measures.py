"""What a run used and what it left behind, read from the world in which it happened."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from tests.fakes.cloud.account import PRINTED
from tests.fakes.cloud.mappings import seen
from tests.fakes.cloud.wire import Seen
from tests.fakes.cloud.world import World
from tests.fakes.lambdas import Ran
from tests.fakes.mappings import CREATE, IDENTITY
from tests.fakes.traffic import is_control

type Entered = Sequence[tuple[float, str]]
"""The states of an execution, each with the epoch second at which it was entered."""

AROUND = ("validate_experiment", "report", "sweep")
"""The handlers before the snapshot and after the verification."""

_TOO_MANY, _GOOD = "429", "2"


@dataclass(frozen=True)
class Phase:
    """A part of an experiment: its passed requests to the control plane, and how long it took."""

    calls: int
    seconds: float


@dataclass(frozen=True)
class Measured:
    """One run. Times are seconds of the virtual clock; `requests` are by service and operation.

    `lost` mappings are not there afterwards, `changed` ones differ in a setting or a tag. `calls` passed
    the control plane, `refused` did not; `between` are those from the snapshot to the verification. The
    sweeper's own invocations are in no figure but the table's: it sweeps anyway.
    """

    strategy: str
    targets: int
    circumstances: str
    ended: str
    seconds: float
    away_seconds: float
    lost: int
    changed: int
    calls: int
    refused: int
    between: int
    requests: Mapping[str, int]
    phases: Mapping[str, Phase] = field(default_factory=dict)
    window_to_create_seconds: float = 0
    restores_before_create: int = 0
    transitions: int = 0
    batch_transitions: int = 0
    history_events: int = 0
    history_bytes: int = 0
    invocations: int = 0
    lambda_milliseconds: int = 0
    largest_payload_bytes: int = 0
    read_units: float = 0
    write_units: float = 0
    index_write_units: float = 0
    metrics_read: int = 0
    printed_bytes: int = 0


@dataclass(frozen=True)
class Idle:
    """A sweep while no experiment is open, and what of the stack is paid for by time."""

    milliseconds: int
    read_units: float
    printed_bytes: int
    metrics: int
    alarms: int
    dashboards: int


def traffic(made: World) -> dict[str, Any]:
    """What was sent, and what became of it: the members of `Measured` that every strategy has."""
    control = [each for each in made.wire.seen if is_control(each.service, each.operation)]
    passed = [each for each in control if not _refused(each)]
    answered = (each for each in made.wire.seen if not _refused(each))
    return {
        "calls": len(passed),
        "refused": len(control) - len(passed),
        "between": sum(each.module not in AROUND for each in passed),
        "requests": dict(sorted(Counter(f"{a.service} {a.operation}" for a in answered).items())),
        **_left_behind(made),
    }


def workings(made: World, entered: Entered) -> dict[str, Any]:
    """What an experiment used of Step Functions, Lambda, the table and CloudWatch."""
    ran = [each for each in made.lambdas.ran if each.module != "sweep"]
    executions = made.executions.all.values()
    units = made.items.units
    return {
        "phases": _phases(made, entered),
        **_first_create(made, entered),
        "transitions": sum(each.transitions for each in executions),
        "batch_transitions": sum(_of_batches(each.entered, each.retried) for each in executions),
        "history_events": sum(each.events for each in executions),
        "history_bytes": sum(each.data_bytes for each in executions),
        "invocations": len(ran),
        "lambda_milliseconds": sum(map(milliseconds, ran)),
        "largest_payload_bytes": max(max(each.event_bytes, each.answer_bytes) for each in ran),
        "read_units": units.read,
        "write_units": units.write,
        "index_write_units": units.index_write,
        "metrics_read": made.wire.metrics,
        "printed_bytes": len(PRINTED.getvalue().encode()),
    }


def milliseconds(ran: Ran) -> int:
    """What Lambda charges for an invocation: every millisecond that it began."""
    return ceil(round((ran.ended_at - ran.began_at) * 1000, 6))


def _refused(request: Seen) -> bool:
    return request.answer.startswith(_TOO_MANY)


def _left_behind(made: World) -> dict[str, Any]:
    now = {each.key: seen(each) for each in made.mappings.live()}
    kept = [(before, now[key]) for key, before in made.before.items() if key in now]
    away = [
        after["LastModified"] - made.mappings.deleted[before["UUID"]]
        for before, after in kept
        if before["UUID"] in made.mappings.deleted
    ]
    return {
        "lost": len(made.before) - len(kept),
        "changed": sum(_settings(before) != _settings(after) for before, after in kept),
        "away_seconds": round(max(away, default=0), 1),
    }


def _settings(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in IDENTITY}


def _of_batches(entered: Sequence[str], retried: int) -> int:
    return retried + sum(each in ("Inject fault", "Restore targets") for each in entered)


def _phases(made: World, entered: Entered) -> dict[str, Phase]:
    spans = {
        "inject": ("inject_fault", "Inject batches", "Hold"),
        "restore": ("restore_targets", "Restore batches", "Another round?"),
    }
    found = {}
    for name, (module, first, then) in spans.items():
        began, ended = _at(entered, first), _at(entered, then)
        if began is not None and ended is not None:
            calls = sum(
                each.module == module
                and is_control(each.service, each.operation)
                and not _refused(each)
                for each in made.wire.seen
            )
            found[name] = Phase(calls, round(ended - began, 3))
    return found


def _first_create(made: World, entered: Entered) -> dict[str, Any]:
    """From the end of the window to the first mapping that was made again."""
    window_ended = _at(entered, "Restore batches")
    created = [
        each.at
        for each in made.wire.seen
        if each.operation == CREATE and each.answer.startswith(_GOOD)
    ]
    if window_ended is None or not created:
        return {}
    before = [
        each
        for each in made.lambdas.ran
        if each.module == "restore_targets" and each.ended_at < created[0]
    ]
    return {
        "window_to_create_seconds": round(created[0] - window_ended, 3),
        "restores_before_create": len(before),
    }


def _at(entered: Entered, state: str) -> float | None:
    return next((at for at, name in entered if name == state), None)
