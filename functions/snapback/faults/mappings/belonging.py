"""Whether what is recorded of a mapping is about the experiment's own target."""

from snapback.faults.mappings.captured import captured
from snapback.faults.mappings.mapping import key_of
from snapback.model.effects import Document
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.workload.functions import bare_name, unqualified

_ACCOUNT = 4


def foreign_mapping(target: Target, experiment: Experiment) -> str:
    """Why the captured mapping is not the target or does not feed the experiment's function."""
    config = captured(target).config
    if "FunctionArn" not in config or key_of(config) != target.key:
        return f"its snapshot is not that of {target.key}"
    return _foreign_function(config["FunctionArn"], experiment)


def foreign_request(request: Document, target: Target) -> str:
    """Why a request that makes a mapping would not make the captured one."""
    as_made = {**request, "FunctionArn": request.get("FunctionName", "")}
    if key_of(as_made) != target.key:
        return f"its request would make another mapping than {target.key}"
    return ""


def _foreign_function(arn: str, experiment: Experiment) -> str:
    asked, role = experiment.function_name, experiment.assume_role_arn
    own = bare_name(asked) == bare_name(arn)
    if asked.startswith("arn:"):
        own = unqualified(asked) == unqualified(arn)
    if role:
        own = own and role.split(":")[_ACCOUNT] == arn.split(":")[_ACCOUNT]
    return "" if own else f"it feeds {arn}, and the experiment is about {asked}"
