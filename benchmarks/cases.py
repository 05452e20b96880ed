"""What is measured: which way of breaking mappings, how many, and under which circumstances."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes.cloud.mappings import Transitions
from tests.fakes.cloud.metered import AS_ON_AWS

SNAPBACK = "Snapback"
SCRIPTS = ("boto3 loop", "frugal script", "Chaos Toolkit")
HOLD_SECONDS = 60
STOPPED_AFTER_SECONDS = 30
OTHERS_PER_SECOND = 5
WHOLE_LIMIT = 15
"""Requests a second that the Lambda control plane takes, all of which Snapback may be given."""

PACE_SETTING = "REQUESTS_PER_SECOND"
"""The variable of the handlers that says how many of them Snapback sends."""


@dataclass(frozen=True)
class Circumstances:
    """What surrounds a run: who else sends requests, how slow mappings are, and what cuts it short.

    `stopped` ends it that many seconds after the last mapping was deleted.
    """

    words: str
    others_per_second: float = 0
    transitions: Transitions = AS_ON_AWS
    settings: Mapping[str, str] = field(default_factory=dict)
    hold_seconds: int = HOLD_SECONDS
    stopped: bool = False


CIRCUMSTANCES: Mapping[str, Circumstances] = {
    "alone": Circumstances("nobody else sends requests to the control plane"),
    "busy": Circumstances(
        f"others send {OTHERS_PER_SECOND} requests a second", others_per_second=OTHERS_PER_SECOND
    ),
    "stopped": Circumstances(
        f"the process is killed, or the execution stopped, {STOPPED_AFTER_SECONDS} s after the last "
        "mapping was deleted",
        stopped=True,
    ),
    "whole limit": Circumstances(
        f"Snapback may use all {WHOLE_LIMIT} requests a second",
        settings={PACE_SETTING: str(WHOLE_LIMIT)},
    ),
    "slow": Circumstances(
        "the mapping takes 60 s to become enabled, after a window of 10 s",
        transitions=Transitions(deleting=(20.0, 20.0), settling=(60.0, 60.0)),
        hold_seconds=10,
    ),
}


@dataclass(frozen=True)
class Case:
    """One run."""

    strategy: str
    targets: int
    circumstances: str = "alone"

    @property
    def name(self) -> str:
        """How it is found among the results."""
        return f"{self.strategy}, N = {self.targets}, {self.circumstances}"


def quick() -> list[Case]:
    """What takes less than a minute; the longest first, so that no process waits for it."""
    own = [
        Case(SNAPBACK, 100),
        Case(SNAPBACK, 100, "whole limit"),
        Case(SNAPBACK, 10),
        Case(SNAPBACK, 10, "stopped"),
        Case(SNAPBACK, 1, "slow"),
        Case(SNAPBACK, 1),
    ]
    scripts = [Case(each, targets) for each in SCRIPTS for targets in (100, 10, 1)]
    return [*own, *scripts, *(Case(each, 10, "stopped") for each in SCRIPTS)]


def full() -> list[Case]:
    """Everything, the longest first."""
    everyone = (SNAPBACK, *SCRIPTS)
    large = [Case(each, 1000) for each in everyone]
    large += [Case(SNAPBACK, targets, "whole limit") for targets in (1000, 200)]
    busy = [Case(each, 100, "busy") for each in everyone]
    stopped = [Case(each, 100, "stopped") for each in everyone]
    return [*large, *busy, *stopped, *quick()]
