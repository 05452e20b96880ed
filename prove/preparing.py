"""What comes before a run: its stacks as CDK writes them, its plan, and its guard."""

from __future__ import annotations

from pathlib import Path

from lab.product import SHORT
from prove.account import Account
from prove.assembly import Assembly, made
from prove.limit import Limit
from prove.names import OTHER, PRODUCT, WORKLOAD
from prove.plan import FACTOR, Plan, of_runs, planned
from prove.prices import total
from prove.world import Pace

LEAST_UNRESERVED = 1000
"""With less, nothing is taken from the account's other functions."""


def prepared(
    folder: Path, account: Account, name: str, sources: tuple[str, ...], pace: Pace
) -> tuple[Assembly, Plan]:
    """Synthesize a run's stacks, and plan with what they hold."""
    assembly = made(folder, account, _context(account, name, sources, pace))
    templates = [assembly.template(each) for each in (PRODUCT, WORKLOAD, OTHER, *sources)]
    where = "the lab" if account.on_lab else account.masked(account.account_id)
    regions = (account.region, account.other_region)
    return assembly, planned(name, where, regions, sources, templates, pace)


def _context(
    account: Account, name: str, sources: tuple[str, ...], pace: Pace
) -> dict[str, object]:
    """What the CDK app is told: a disposable stack that may touch the workload and nothing else."""
    return {
        "stack_name": name,
        "disposable": True,
        "target_functions": f"{name}-*",
        "reserve_concurrency": unreserved(account) >= LEAST_UNRESERVED,
        "timings": SHORT if account.on_lab else {},
        "crowd": pace.crowd,
        "sources": list(sources),
    }


def unreserved(account: Account) -> int:
    """How much of the account's concurrency nobody has reserved."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    return int(limits.get("UnreservedConcurrentExecutions", 0))


def guard(plan: Plan) -> Limit:
    """The guard of a planned run; its clock begins now."""
    return Limit(
        seconds=plan.minutes * 60 * FACTOR,
        dollars=plan.dollars * FACTOR,
        dollars_an_hour=plan.dollars_an_hour,
        dollars_a_run=total(of_runs(1)),
    )
