"""A switch is named by its key."""

from collections.abc import Sequence
from dataclasses import dataclass

from snapback.model.effects import Step
from snapback.model.experiment import Experiment
from snapback.model.findings import NOTHING, Findings
from snapback.model.records import Target
from snapback.model.steps import done
from snapback.protocol.contract import Choice, Chosen, Circumstances, Unfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Nothing of its own."""


def choose(experiment: Experiment, function_arn: str) -> Step[Choice]:  # noqa: ARG001
    """The switch that has the function's name."""
    return done(Choice((Chosen(experiment.function_name, experiment.function_name, {}),)))


def identify(names: Sequence[str]) -> Step[list[str | Unfit]]:
    """Each by its name."""
    return done([*names])


def prove(
    experiment: Experiment,  # noqa: ARG001
    targets: Sequence[Chosen],  # noqa: ARG001
    around: Circumstances,  # noqa: ARG001
) -> Step[Findings]:
    """A switch can always be set back."""
    return done(NOTHING)


def describe(target: Target, now: float) -> Step[list[str]]:  # noqa: ARG001
    """One sentence."""
    return done([f"Turn {target.name} off."])
