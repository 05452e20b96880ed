"""One run: deploy, ask everything, remove everything, whatever happens."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from prove.assembly import Assembly
from prove.check import Evidence
from prove.cleaning import clean
from prove.gather.workload import make_mappings
from prove.limit import Limit, Stopped
from prove.names import OTHER, PRODUCT, WORKLOAD, bucket
from prove.plan import Plan
from prove.stacks import Outputs, deploy, make_bucket
from prove.steps import AT_THE_END, LANES, Step
from prove.world import Pace, World

LONGEST_REASON = 400

type Say = Callable[[str], object]


@dataclass
class Gathered:
    """What was observed so far; every lane adds to it."""

    found: dict[type, Any] = field(default_factory=dict)
    missing: dict[type, str] = field(default_factory=dict)
    stopped: str = ""
    left: list[str] = field(default_factory=list)

    def evidence(self, sources: Iterable[str], *, on_lab: bool) -> Evidence:
        """As a value."""
        return Evidence(on_lab, frozenset(sources), self.found, self.missing)


def prove(assembly: Assembly, plan: Plan, pace: Pace, limit: Limit, say: Say) -> Gathered:
    """Run everything; what was made is removed before this returns."""
    gathered, say = Gathered(), unfailing(say)
    try:
        world = deployed(assembly, plan, pace, limit, say)
        say("creating the workload's mappings ...")
        make_mappings(world)
        ask(world, LANES, AT_THE_END, gathered)
    except Stopped as stopped:
        gathered.stopped = str(stopped)
    except Exception as error:  # noqa: BLE001  # whatever it is, everything is removed
        gathered.stopped = reason(error, assembly)
    finally:
        say("cleaning up ...")
        gathered.left = _cleaned(assembly, plan.name, say)
    return gathered


def unfailing(say: Say) -> Say:
    """The same, but a terminal that is gone stops nothing."""

    def told(text: str) -> None:
        with suppress(Exception):  # a broken pipe, a closed file, an odd encoding
            say(text)

    return told


def _cleaned(assembly: Assembly, name: str, say: Say) -> list[str]:
    """What clean-up left; its own failure must not cost the evidence."""
    try:
        return clean(assembly.account, name, say)
    except Exception as error:  # noqa: BLE001  # whatever it is, something may be left
        return [f"clean-up of {name} failed: {reason(error, assembly)}"]


def deployed(assembly: Assembly, plan: Plan, pace: Pace, limit: Limit, say: Say) -> World:
    """Deploy the product and then its workload, and beside them whatever does not need them."""
    account, name = assembly.account, plan.name
    for region in (account.region, account.other_region):
        make_bucket(account, name, bucket(name, account.account_id, region), region)

    def made(artifact: str, region: str = account.region, **parameters: str) -> Outputs:
        say(f"deploying {assembly.stack_name(artifact)} to {region} ...")
        return deploy(assembly, artifact, region, limit, parameters)

    with ThreadPoolExecutor(4) as side:
        other = side.submit(made, OTHER, account.other_region)
        clusters = {each: side.submit(made, each) for each in plan.sources}
        product = made(PRODUCT)
        workload = made(
            WORKLOAD,
            ExperimentMachineArn=product["ExperimentStateMachineArn"],
            TopicArn=product["NotificationTopicArn"],
        )
        return World(
            account=account,
            name=name,
            product=product,
            workload=workload,
            other=other.result(),
            clusters={source: each.result() for source, each in clusters.items()},
            standing=plan.standing,
            planned_dollars=plan.dollars,
            limit=limit,
            pace=pace,
            say=say,
        )


def ask(
    world: World, lanes: Iterable[Iterable[Step]], at_the_end: Iterable[Step], gathered: Gathered
) -> None:
    """Run the lanes beside each other, then the rest; raises Stopped where the run is over."""
    with ThreadPoolExecutor(world.pace.lanes) as side:
        for each in [side.submit(_lane, world, lane, gathered) for lane in lanes]:
            each.result()
    _lane(world, at_the_end, gathered)


def _lane(world: World, steps: Iterable[Step], gathered: Gathered) -> None:
    for step in steps:
        if step.flagged and not world.clusters:
            continue
        world.say(f"{step.title} ...")
        _take(world, step, gathered)


def _take(world: World, step: Step, gathered: Gathered) -> None:
    """Run a step; what it does not give is missing, with the reason."""
    why = "the step ended without it"
    try:
        for each in step.gather(world):
            gathered.found[type(each)] = each
    except Stopped:
        gathered.missing |= dict.fromkeys(_lacking(step, gathered.found), "the run was stopped")
        raise
    except Exception as error:  # noqa: BLE001  # one step that fails must not end the others
        why = world.account.masked(_told(error))
        world.say(f"FAILED to {step.title}: {why}")
    gathered.missing |= dict.fromkeys(_lacking(step, gathered.found), why)


def _lacking(step: Step, found: Mapping[type, Any]) -> list[type]:
    return [kind for kind in step.gives if kind not in found]


def reason(error: Exception, assembly: Assembly) -> str:
    """Why a run could not go on, for a person."""
    return assembly.account.masked(_told(error))


def _told(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)
    at = next((f"{each.name}" for each in reversed(where) if "prove" in each.filename), "")
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:LONGEST_REASON]}" + (f" (in {at})" if at else "")
