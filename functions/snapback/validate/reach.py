"""Can the account and Region of the target be reached? Every other check depends on it."""

import re
from collections.abc import Collection
from difflib import get_close_matches

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


def is_region(name: str) -> bool:
    """Whether a name has the form of a Region's."""
    return bool(_REGION.fullmatch(name))


def malformed(experiment: Experiment, regions: Collection[str]) -> list[str]:
    """What is wrong with the role or the Region before AWS is asked.

    `regions` are those that may be named; empty means any.
    """
    role, region = experiment.assume_role_arn, experiment.region
    problems = []
    if role is not None and not _ROLE.fullmatch(role):
        problems.append(
            f"assume_role_arn: {role!r} is not the ARN of a role; give one such as "
            "arn:aws:iam::123456789012:role/SnapbackTarget"
        )
    if region is not None and not is_region(region):
        problems.append(f"region: {region!r} is not a Region; give one such as eu-west-1")
    elif region is not None and regions and region not in regions:
        near = next(iter(get_close_matches(region, sorted(regions), n=1)), "")
        problems.append(
            f"region: {region!r} is not a known Region of the stack's partition; "
            f"{f'did you mean {near}?' if near else 'correct it.'} If it is newer than this "
            "version of Snapback, add it to the stack's setting extra_regions"
        )
    return problems


def unreachable(experiment: Experiment, answer: Answer) -> str:
    """What the answer to the first call says about the role or the Region, or an empty string."""
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
            f"({answer}); start the experiment again, and check whether someone revoked its sessions"
        )
    if answer.code in _NOT_ENABLED:
        return (
            f"region: {region} does not accept this account ({answer}); opt in to that Region "
            "in the target's account, or choose another"
        )
    if answer.code in _NO_ENDPOINT:
        return f"region: {region} cannot be reached ({answer}); choose a Region that offers Lambda"
    return ""
