"""What a run will create, do, cost and take, before anything is done; pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prove import prices
from prove.names import TAG
from prove.policy import policy
from prove.prices import Usage, hourly, total
from prove.steps import AT_THE_END, EVERY_STEP, LANES, Step
from prove.world import Pace

DEPLOY_MINUTES = 8
CLEAN_MINUTES = 6
CLUSTER_MINUTES = {"msk": 20, "mq": 20, "docdb": 15}
"""How long a flagged source takes to be made and removed."""
FACTOR = 2
"""The guard stops a run at so many times its plan."""
POLLS_AN_HOUR = 5 * 3600 / 20
"""What Lambda asks an empty queue: five long polls, each of twenty seconds."""
TRANSITIONS_A_RUN = 150
REQUESTS_A_RUN = 200
GIGABYTE_SECONDS_A_RUN = 120
METRICS = 20
"""Custom metrics of the stack."""

_STANDING: Mapping[str, str] = {
    "AWS::KMS::Key": "key",
    "AWS::CloudWatch::Dashboard": "dashboard",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::MSK::ServerlessCluster": "msk",
    "AWS::AmazonMQ::Broker": "mq",
    "AWS::DocDB::DBInstance": "docdb",
}
_ZONES = 2
"""Every endpoint has a part in each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A run before it begins."""

    name: str
    account: str
    """Masked."""
    regions: tuple[str, str]
    sources: tuple[str, ...]
    resources: Mapping[str, int]
    """How many of each type the stacks have."""
    reserved: int
    """How much of the account's concurrency the functions reserve."""
    standing: tuple[Usage, ...]
    """What is paid for each hour."""
    steps: tuple[Step, ...]
    minutes: float
    usage: tuple[Usage, ...]

    @property
    def dollars(self) -> float:
        """What it will cost by list prices."""
        return total(self.usage)

    @property
    def dollars_an_hour(self) -> float:
        """What stands, and what is asked of queues meanwhile."""
        return hourly(self.standing)

    def policy(self) -> dict[str, Any]:
        """The smallest IAM policy that runs it."""
        return policy(self.resources)


def planned(
    name: str,
    account: str,
    regions: tuple[str, str],
    sources: tuple[str, ...],
    templates: Iterable[Mapping[str, Any]],
    pace: Pace,
) -> Plan:
    """The plan of a run with these templates."""
    templates = tuple(templates)
    resources, shards = _counted(templates)
    stands = standing(resources, shards)
    steps = tuple(each for each in EVERY_STEP if sources or not each.flagged)
    minutes = taken_minutes(steps, sources)
    hours = minutes / 60
    runs = sum(each.runs for each in steps)
    usage = (
        *(Usage(each.of, each.amount * hours) for each in stands),
        Usage("queue request", (pace.crowd + 5) * POLLS_AN_HOUR * hours),
        *of_runs(runs),
        Usage("metric read", 4_000),
        Usage("log gigabyte", 0.1),
        Usage("trace", runs * REQUESTS_A_RUN),
        Usage("object", 200),
    )
    reserved = _reserved(templates)
    return Plan(name, account, regions, sources, resources, reserved, stands, steps, minutes, usage)


def of_runs(runs: int) -> tuple[Usage, ...]:
    """What so many experiments use, with the restores that follow some of them."""
    return (
        Usage("transition", runs * TRANSITIONS_A_RUN),
        Usage("request", runs * REQUESTS_A_RUN),
        Usage("gigabyte-second", runs * GIGABYTE_SECONDS_A_RUN),
        Usage("table request", runs * REQUESTS_A_RUN),
    )


def taken_minutes(steps: tuple[Step, ...], sources: tuple[str, ...]) -> float:
    """Deployment, the longest lane, what comes at the end, and clean-up."""
    lanes = [sum(each.minutes for each in lane if each in steps) for lane in LANES]
    clusters = max((CLUSTER_MINUTES[each] for each in sources), default=0)
    ends = sum(each.minutes for each in AT_THE_END)
    return DEPLOY_MINUTES + clusters + max(lanes) + ends + CLEAN_MINUTES


def standing(resources: Mapping[str, int], shards: int) -> tuple[Usage, ...]:
    """What the resources cost each hour that they stand."""
    found = [Usage(of, resources[kind]) for kind, of in _STANDING.items() if resources.get(kind)]
    if endpoints := resources.get("AWS::EC2::VPCEndpoint"):
        found.append(Usage("endpoint", endpoints * _ZONES))
    return (*found, Usage("stream", shards), Usage("metric", METRICS))


def _counted(templates: Iterable[Mapping[str, Any]]) -> tuple[dict[str, int], int]:
    """How many resources of each type, and shards of streams."""
    resources: Counter[str] = Counter()
    shards = 0
    for template in templates:
        for each in template["Resources"].values():
            resources[each["Type"]] += 1
            if each["Type"] == "AWS::Kinesis::Stream":
                shards += int(each["Properties"]["ShardCount"])
    return dict(resources), shards


def _reserved(templates: Iterable[Mapping[str, Any]]) -> int:
    return sum(
        int(each.get("Properties", {}).get("ReservedConcurrentExecutions", 0))
        for template in templates
        for each in template["Resources"].values()
    )


def told(plan: Plan) -> str:
    """The plan for a person, with the policy at its end."""
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    home, other = plan.regions
    yield f"PLAN of {plan.name} in account {plan.account}, {home} and {other}"
    yield ""
    yield f"It creates, all tagged {TAG}={plan.name}:"
    for kind, count in sorted(plan.resources.items()):
        yield f"  {count:>4} {kind}"
    yield "     a bucket for the stacks' files in each Region, and mappings of the functions"
    yield ""
    if plan.reserved:
        yield f"It reserves {plan.reserved} of the account's concurrency while it runs."
    else:
        yield "It reserves nothing of the account's concurrency."
    yield ""
    yield "It does:"
    for step in plan.steps:
        yield f"  - {step.title}"
    yield "  - remove everything, whatever happened; `make prove-clean` finds what a crash left"
    yield ""
    yield f"It costs about ${plan.dollars:.2f}, by list prices of {prices.REGION} in {prices.AS_OF}:"
    for each in plan.usage:
        yield f"  ${each.dollars:>7.4f}  {each.told()}"
    yield ""
    yield f"It takes about {plan.minutes:.0f} minutes."
    yield (
        f"The guard stops it, and cleans up, at {FACTOR * plan.minutes:.0f} minutes or "
        f"${FACTOR * plan.dollars:.2f}."
    )
    yield ""
    yield "The smallest IAM policy that runs it:"
    yield json.dumps(plan.policy(), indent=1)
