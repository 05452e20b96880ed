"""Which mappings are disabled, what could go wrong meanwhile, and the plan in sentences."""

from collections.abc import Sequence

from snapback.faults.mappings import choosing
from snapback.faults.mappings.choosing import Wanted, identify
from snapback.faults.mappings.disable.act import unfit
from snapback.faults.mappings.disable.input import Input
from snapback.faults.mappings.proofs.every import prove_kept
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
    return choosing.choose(Wanted(experiment.function_name, function_arn, uuids, unfit))


def prove(
    experiment: Experiment, targets: Sequence[Chosen], around: Circumstances
) -> Step[Findings]:
    """No mapping loses anything while it is disabled, unless that is accepted."""
    accept_expiry = Input(**experiment.own).accept_expiry
    return prove_kept(experiment, targets, around, accept_expiry=accept_expiry)


def describe(target: Target, now: float) -> Step[list[str]]:  # noqa: ARG001
    """The disabling, and what becomes of it."""
    config = target.snapshot.document["config"]
    source = config.get("EventSourceArn", "its Kafka brokers")
    mapping = f"event source mapping {target.name} ({source} to {config['FunctionArn']})"
    if config["State"] == "Disabled":
        return done([f"Leave {mapping} Disabled, as it is."])
    limit = age_limit(config)
    loses = "loses nothing" if limit is None else f"gives up what is older than {limit} seconds"
    return done(
        [
            f"Disable {mapping}.",
            f"Enable it again: it goes on where it stopped, and {loses}.",
            "Its UUID, its checkpoint, its tags and its owner stay.",
        ]
    )
