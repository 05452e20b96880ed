"""The environment of the handlers, read once into a frozen value."""

import json
import os
from dataclasses import dataclass
from typing import Self

from snapback.timings import Timings


@dataclass(frozen=True, slots=True)
class Settings:
    """What the stack tells its functions; durations in seconds."""

    table_name: str
    timings: Timings
    allowed_tag: str
    max_duration_seconds: int
    max_targets: int
    restore_state_machine_arn: str
    kill_switch_parameter: str

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment; KeyError if the table is not named."""
        return cls(
            table_name=os.environ["TABLE_NAME"],
            timings=Timings.of(json.loads(os.environ.get("TIMINGS", "{}"))),
            allowed_tag=os.environ.get("ALLOWED_TAG", "snapback:allowed"),
            max_duration_seconds=int(os.environ.get("MAX_DURATION_SECONDS", "3600")),
            max_targets=int(os.environ.get("MAX_TARGETS", "1000")),
            kill_switch_parameter=os.environ["KILL_SWITCH_PARAMETER"],
            restore_state_machine_arn=os.environ.get("RESTORE_STATE_MACHINE_ARN", ""),
        )
