"""What a stack can be told: every setting, with its default, read from the CDK context."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from aws_cdk import RemovalPolicy
from constructs import Node

from infra.asset import Target
from infra.refusal import Refusal
from snapback.faults.registry import FAULTS
from snapback.model.timings import Timings
from snapback.validate import hours, reach


@dataclass(frozen=True, slots=True)
class Settings:
    """The stack's settings; each is a context key of the same name."""

    stack_name: str = "Snapback"
    """The stack's name, at most 20 letters and digits; the role in a target account is called after it."""
    disposable: bool = False
    """Remove the table, the reports and the logs with the stack; only for a stack that is made to try something out."""
    asset: Target = Target.AWS
    """`aws` (arm64) or `lab` (the interpreter that runs synth)."""
    timings: Mapping[str, int] = field(default_factory=dict)
    """Timings that replace defaults."""
    target_functions: str = "*"
    """Function names that may be targets, as an IAM pattern."""
    faults: tuple[str, ...] = tuple(FAULTS)
    """The faults that the stack may do, separated by commas; roles have no other fault's rights.

    Leave one out only while none of its experiments is open: the roles could not restore it."""
    allowed_tag: str = "snapback:allowed"
    """The tag, set to `true`, with which a function opts in."""
    max_duration_seconds: int = 3600
    """For how long an experiment may keep something broken, all its cycles and rounds together."""
    min_interval_seconds: int = 10
    """For how long each target must be whole between two cycles."""
    max_targets: int = 1000
    """The most targets of one experiment."""
    requests_per_second: int = 10
    """How many requests an experiment sends to Lambda's control plane in a second, 5 to 15.

    Lambda takes 15 of an account and Region; the others are for whoever deploys meanwhile."""
    max_open_experiments: int = 20
    """The most experiments that may be open together."""
    max_open_targets: int = 1000
    """The most targets that all open experiments may have together."""
    allowed_hours: str = ""
    """When experiments may run, such as `MON-FRI 09:00-17:00 UTC`; several with commas; else always."""
    extra_regions: str = ""
    """Regions that experiments may name although this version's SDK does not know them; with commas."""
    probe_hosts: str = ""
    """Hosts that `probe_stays_up` may ask although their addresses are private; with commas."""
    table_key_arn: str = ""
    """The ARN of a KMS key of your own, in the stack's Region, that encrypts the table; else AWS's."""
    reserve_concurrency: bool = True
    """Reserve concurrency for restoring and sweeping; the quota of a new account is too low for it."""

    @property
    def removal_policy(self) -> RemovalPolicy:
        """What becomes of the table, the reports and the logs when the stack is removed."""
        return RemovalPolicy.DESTROY if self.disposable else RemovalPolicy.RETAIN

    @property
    def target_role_name(self) -> str:
        """The name of the role that the stack's functions assume in another account."""
        return f"{self.stack_name}Target"

    @property
    def all_timings(self) -> Timings:
        """The timings in force."""
        return Timings.of(self.timings)


def from_context(node: Node) -> Settings:
    """Settings from the app's context; raises Refusal naming the key."""
    given = {key: node.try_get_context(key) for key in Settings.__dataclass_fields__}
    values = {key: _parse(key, value) for key, value in given.items() if value is not None}
    return Settings(**values)


def _parse(key: str, value: Any) -> Any:
    """The typed value of one key; the command line passes every value as a string."""
    try:
        return _PARSERS.get(key, str)(value)
    except (TypeError, ValueError) as error:
        raise Refusal(f"context {key}={value!r} cannot be used: {error}") from error


def _stack_name(value: Any) -> str:
    """A name without a hyphen, so that `NAME-*` never takes in the roles of another stack."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", str(value)):
        raise ValueError("give at most 20 letters and digits, a letter first")
    return str(value)


def _timings(value: Any) -> dict[str, int]:
    overrides: dict[str, int] = json.loads(value) if isinstance(value, str) else dict(value)
    Timings.of(overrides)
    return overrides


def _hours(value: Any) -> str:
    hours.parse(str(value))
    return str(value)


def _faults(value: Any) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else value
    names = [name for each in given if (name := str(each).strip())]
    for name in names:
        if name not in FAULTS:
            near = get_close_matches(name, FAULTS, n=1)
            known = f"did you mean {near[0]}?" if near else f"give some of {', '.join(FAULTS)}"
            raise ValueError(f"{name!r} is not a fault; {known}")
    if not names:
        raise ValueError(f"give some of {', '.join(FAULTS)}")
    return tuple(each for each in FAULTS if each in names)


def _regions(value: Any) -> str:
    names = [each.strip() for each in str(value).split(",") if each.strip()]
    if wrong := [each for each in names if not reach.is_region(each)]:
        raise ValueError(f"{wrong[0]!r} is not like eu-west-1")
    return ",".join(names)


def _hosts(value: Any) -> str:
    names = [each.strip().lower() for each in str(value).split(",") if each.strip()]
    if wrong := [each for each in names if not re.fullmatch(r"[\w.-]+", each)]:
        raise ValueError(f"{wrong[0]!r} is not a host such as health.internal or 10.0.0.7")
    return ",".join(names)


def _key(value: Any) -> str:
    arn = str(value)
    if not re.fullmatch(r"arn:[\w-]+:kms:[\w-]+:\d{12}:key/[\w-]+", arn):
        example = "arn:aws:kms:eu-west-1:123456789012:key/ and its id"
        raise ValueError(f"give the ARN of a key, which is like {example}")
    return arn


def _pace(value: Any) -> int:
    """Slower than 5 a second, a batch would not be broken in its time."""
    if not 5 <= (given := int(value)) <= 15:  # noqa: PLR2004
        raise ValueError("give 5 to 15")
    return given


def _flag(value: Any) -> bool:
    word = str(value).lower()
    if word not in {"true", "false"}:
        raise ValueError("give true or false")
    return word == "true"


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "stack_name": _stack_name,
    "disposable": _flag,
    "asset": Target,
    "timings": _timings,
    "max_duration_seconds": int,
    "min_interval_seconds": int,
    "max_targets": int,
    "requests_per_second": _pace,
    "max_open_experiments": int,
    "max_open_targets": int,
    "allowed_hours": _hours,
    "faults": _faults,
    "extra_regions": _regions,
    "probe_hosts": _hosts,
    "table_key_arn": _key,
    "reserve_concurrency": _flag,
}
