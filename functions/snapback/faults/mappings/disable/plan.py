"""Which mappings are disabled, what could go wrong meanwhile, and the plan in sentences."""

from collections.abc import Sequence

from snapback.faults.mappings import choosing
from snapback.faults.mappings.captured import captured, in_words
from snapback.faults.mappings.choosing import Wanted, identify
from snapback.faults.mappings.disable.act import refuse
from snapback.faults.mappings.disable.input import Input
from snapback.faults.mappings.proofs.suite import prove_disableable
from snapback.faults.mappings.replay import age_limit
from snapback.model.effects import Step
from snapback.model.experiment import Experiment
from snapback.model.findings import Findings
from snapback.model.records import Target
from snapback.model.steps import done
from snapback.protocol.contract import Choice, Chosen, Circumstances

__all__ = ["Input", "choose", "describe", "identify", "prove"]


def choose(experiment: Experiment, function_arn: str) -> Step[Choice]:
    """The mappings that the request names, or all of the function."""
    uuids = Input(**experiment.own).event_uuids
    return choosing.choose(Wanted(experiment.function_name, function_arn, uuids, refuse))


def prove(
    experiment: Experiment, targets: Sequence[Chosen], around: Circumstances
) -> Step[Findings]:
    """That no mapping loses anything while it is disabled, unless that is accepted."""
    return prove_disableable(experiment, Input(**experiment.own), targets, around)


def describe(target: Target, now: float) -> Step[list[str]]:  # noqa: ARG001
    """What is disabled, and that it comes back as it was."""
    config = captured(target).config
    if config["State"] == "Disabled":
        return done([f"Leave {in_words(target)} Disabled, as it is."])
    limit = age_limit(config)
    loses = "loses nothing" if limit is None else f"gives up what is older than {limit} seconds"
    return done(
        [
            f"Disable {in_words(target)}.",
            f"Enable it again: it goes on where it stopped, and {loses}.",
            "Its UUID, its checkpoint, its tags and its owner stay.",
        ]
    )
