"""Dim a switch, then turn it off."""

from collections.abc import Sequence

from snapback.model.effects import Step
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.model.source import Source
from snapback.model.steps import done
from snapback.protocol.contract import (
    Breaking,
    Captured,
    Failed,
    InForce,
    Pending,
    Sample,
    Terms,
    Unfit,
    View,
)
from tests.fakes.switch.api import BROKEN, ENDS_AT, get, put


def locks(key: str) -> tuple[str, ...]:
    """Its own."""
    return (key,)


def look(targets: Sequence[Target]) -> Step[View]:  # noqa: ARG001
    """Nothing is shared."""
    return done(View())


def snapshot(target: Target, terms: Terms, view: View) -> Step[Captured | Unfit]:  # noqa: ARG001
    """Which version it is at: its value may not be stored."""
    got = yield from get(target.name)
    if not got.body["settled"]:
        return Unfit(f"{target.name} is being set")
    version = {"version": got.body["version"]}
    return Captured(target.key, version, version)


def stages(target: Target) -> tuple[float, ...]:  # noqa: ARG001
    """Both at once."""
    return (0, 0)


def inject(target: Target, stage: int, view: View) -> Step[Breaking | Unfit]:  # noqa: ARG001
    """Set it to what the stage says."""
    return done(Breaking(put(target.name, BROKEN[stage], ENDS_AT), ENDS_AT))


def in_force(target: Target, stage: int) -> Step[InForce | Pending | Failed]:
    """Once it is settled at what the stage says."""
    got = yield from get(target.name)
    if got.body["settled"] and got.body["value"] == BROKEN[stage]:
        return InForce(target.injected_at)
    return Pending("it is being set")


def sample(targets: Sequence[Target], experiment: Experiment) -> Step[Sample]:  # noqa: ARG001
    """Nothing is looked at."""
    return done(Sample({each.key: "unknown" for each in targets}, settled=True))


def sources(targets: Sequence[Target]) -> Step[list[Source]]:  # noqa: ARG001
    """It feeds nothing."""
    return done([])
