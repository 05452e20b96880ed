"""Where an execution runs: in AWS as the SDK is set up, or in the lab of this directory; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

NAMES_AN_ACCOUNT = ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_ACCESS_KEY_ID")
"""Any of these in the environment says which account is meant."""


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab that runs: its account, and the variables that lead the SDK to it."""

    account_id: str
    environment: Mapping[str, str]


class NoLabRuns(Exception):
    """The lab was asked for and none runs from this directory."""

    def __init__(self) -> None:
        """Say how to start one."""
        super().__init__("no lab runs from this directory: start one with `make lab`")


def variables(
    execution: str, environment: Mapping[str, str], lab: Lab | None, *, in_lab: bool
) -> dict[str, str]:
    """The variables to set before the SDK is asked; NoLabRuns if the lab is needed and not there.

    The lab is meant with `in_lab`, by an ARN of its account, or if it runs and the environment
    names no other account. An ARN names its Region itself.
    """
    parts = execution.split(":") if execution.startswith("arn:") else []
    account = parts[4] if len(parts) > 4 else ""  # noqa: PLR2004  # arn:aws:states:region:account
    named = bool(account) or any(environment.get(each) for each in NAMES_AN_ACCOUNT)
    if in_lab and lab is None:
        raise NoLabRuns
    if lab is not None and (in_lab or account == lab.account_id or not named):
        return dict(lab.environment)
    return {"AWS_DEFAULT_REGION": parts[3]} if account else {}
