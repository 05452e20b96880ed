"""The environment of the handlers, read once into a frozen value."""

import json
import os
from dataclasses import dataclass
from typing import Self

from snapback.model.timings import Timings


@dataclass(frozen=True, slots=True)
class Settings:
    """What the stack tells its functions; durations in seconds."""

    table_name: str
    timings: Timings
    allowed_tag: str
    max_duration_seconds: int
    max_targets: int
    min_interval_seconds: int
    requests_per_second: int
    """How many requests a second all batches of an experiment send to Lambda together."""
    max_open_experiments: int
    max_open_targets: int
    restore_state_machine_arn: str
    abandon_state_machine_arn: str
    kill_switch_parameter: str
    external_id: str | None
    """What roles of other accounts ask for when they are assumed."""
    reports_bucket: str
    """Where reports are stored; empty is nowhere."""
    report_topic_arn: str
    """The SNS topic that is told of each report; empty is none."""
    allowed_hours: str
    """When experiments may run, such as `MON-FRI 09:00-17:00 UTC`; empty is always."""
    faults: tuple[str, ...]
    """The faults that this stack may do; empty is every fault."""
    extra_regions: frozenset[str]
    """Regions that experiments may name although the SDK does not know them yet."""
    probe_hosts: frozenset[str]
    """Hosts that may be probed although their addresses are private."""
    table_key_arn: str
    """The customer's key that encrypts the table; empty is a key that AWS manages."""
    restore_role_arn: str
    """The role that puts targets back in the stack's own account; empty is not known."""

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment; KeyError if the table is not named."""
        return cls(
            table_name=os.environ["TABLE_NAME"],
            timings=Timings.of(json.loads(os.environ.get("TIMINGS", "{}"))),
            allowed_tag=os.environ.get("ALLOWED_TAG", "snapback:allowed"),
            max_duration_seconds=int(os.environ.get("MAX_DURATION_SECONDS", "3600")),
            max_targets=int(os.environ.get("MAX_TARGETS", "1000")),
            min_interval_seconds=int(os.environ.get("MIN_INTERVAL_SECONDS", "10")),
            requests_per_second=int(os.environ.get("REQUESTS_PER_SECOND", "10")),
            max_open_experiments=int(os.environ.get("MAX_OPEN_EXPERIMENTS", "20")),
            max_open_targets=int(os.environ.get("MAX_OPEN_TARGETS", "1000")),
            kill_switch_parameter=os.environ["KILL_SWITCH_PARAMETER"],
            external_id=os.environ.get("EXTERNAL_ID") or None,
            reports_bucket=os.environ.get("REPORTS_BUCKET", ""),
            report_topic_arn=os.environ.get("REPORT_TOPIC_ARN", ""),
            allowed_hours=os.environ.get("ALLOWED_HOURS", ""),
            faults=tuple(filter(None, os.environ.get("FAULTS", "").split(","))),
            extra_regions=frozenset(filter(None, os.environ.get("EXTRA_REGIONS", "").split(","))),
            probe_hosts=frozenset(filter(None, os.environ.get("PROBE_HOSTS", "").split(","))),
            table_key_arn=os.environ.get("TABLE_KEY_ARN", ""),
            restore_role_arn=os.environ.get("RESTORE_ROLE_ARN", ""),
            restore_state_machine_arn=os.environ.get("RESTORE_STATE_MACHINE_ARN", ""),
            abandon_state_machine_arn=os.environ.get("ABANDON_STATE_MACHINE_ARN", ""),
        )
