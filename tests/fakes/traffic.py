"""How long requests take, and which are turned away: what the world of a run assumes of AWS."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes.quota import Window

ASSUMED_SECONDS: Mapping[str, float] = {
    "cloudformation": 0.120,
    "cloudwatch": 0.060,
    "dynamodb": 0.018,
    "dynamodb GetItem": 0.006,
    "dynamodb Query": 0.010,
    "iam": 0.150,
    "kinesis": 0.025,
    "lambda": 0.080,
    "lambda CreateEventSourceMapping": 0.150,
    "lambda DeleteEventSourceMapping": 0.120,
    "lambda UpdateEventSourceMapping": 0.120,
    "s3": 0.050,
    "sns": 0.030,
    "sqs": 0.015,
    "ssm": 0.015,
    "stepfunctions": 0.040,
}
"""How long each request takes, by service, and by operation where one differs.

Assumptions, not measurements: round figures for calls within a Region.
"""

OTHERWISE_SECONDS = 0.05
REFUSED_SECONDS = 0.025
"""How long the answer takes that there were too many requests."""

NOT_CONTROL = ("GetFunction", "GetPolicy", "Invoke")
"""The operations of Lambda that its quota for the control plane leaves out, as its page of quotas says."""


@dataclass
class Traffic:
    """What the requests of a run meet; without more said, each takes the same time and may pass."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    control_plane: Window | None = None

    def seconds_of(self, service: str, operation: str) -> float:
        """How long a request takes that may pass."""
        general = self.seconds.get(service, OTHERWISE_SECONDS)
        return self.seconds.get(f"{service} {operation}", general)

    def admits(self, service: str, operation: str, now: float) -> bool:
        """Whether a request that is sent now may pass; it counts."""
        if self.control_plane is None or not is_control(service, operation):
            return True
        return self.control_plane.admits(now)


def is_control(service: str, operation: str) -> bool:
    """Whether a request counts in the quota of the Lambda control plane."""
    return service == "lambda" and operation not in NOT_CONTROL
