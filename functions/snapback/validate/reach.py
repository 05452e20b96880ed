"""Can the target's account and Region be reached at all? Every other answer depends on it."""

import re

from snapback.model.effects import ROLE_REFUSED, Answer
from snapback.model.experiment import Experiment

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException"})
_NOT_ENABLED = frozenset({
    "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "OptInRequired",
})  # fmt: skip
_NO_ENDPOINT = frozenset({
    "EndpointConnectionError", "ConnectTimeoutError", "InvalidRegionError", "UnknownRegionError",
    "NoRegionError",
})  # fmt: skip


def malformed(experiment: Experiment) -> list[str]:
    """What of the place cannot be right, whatever AWS would say."""
    role, region = experiment.assume_role_arn, experiment.region
    problems = []
    if role is not None and not _ROLE.fullmatch(role):
        problems.append(
            f"assume_role_arn: {role!r} is not the ARN of a role; give one such as "
            "arn:aws:iam::123456789012:role/SnapbackTarget"
        )
    if region is not None and not _REGION.fullmatch(region):
        problems.append(f"region: {region!r} is not a Region; give one such as eu-west-1")
    return problems


def unreachable(experiment: Experiment, answer: Answer) -> str:
    """What the first call says about the place itself, or an empty string."""
    role, region = experiment.assume_role_arn, experiment.region or "the stack's Region"
    if answer.code.startswith(ROLE_REFUSED):
        return (
            f"assume_role_arn: {role} cannot be assumed ({answer}); deploy the stack "
            "SnapbackTarget in that account with this stack's account and external id, or correct "
            "the ARN"
        )
    if answer.code in _EXPIRED:
        return (
            f"assume_role_arn: the session of {role or 'the function itself'} has expired "
            f"({answer}); start the experiment again, and see whether its sessions were revoked"
        )
    if answer.code in _NOT_ENABLED:
        return (
            f"region: {region} does not accept this account ({answer}); opt in to that Region "
            "in the target's account, or choose another"
        )
    if answer.code in _NO_ENDPOINT:
        return f"region: {region} cannot be reached ({answer}); give a Region that has Lambda"
    return ""
