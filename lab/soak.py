"""Many experiments on the sample, each disturbed at a random moment: everything must be back after each of them.

What is done in a round follows from its seed and its number, so a round that failed can be played again; what it
meets there depends on the machine.
"""

from __future__ import annotations

import argparse
import random
import secrets
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lab import handlers
from lab.product import Mappings, Product
from lab.sample.producer import SOURCES, Producer, handled
from lab.session import LabError, running

SEQUENCES = ("parallel", "serial", "rolling")
DISTURBANCES = ((), ("stop",), ("kill",), ("stop", "kill"), ("kill", "stop"))
LATEST_SECONDS = 10.0
"""A disturbance comes so late at most; an experiment takes about as long."""
BACK_SECONDS = 150
"""Within this everything is back: some steps of a restore are waited for, or left to the sweeper's next minute."""
DRAIN_SECONDS = 120
LOOK_SECONDS = 0.25
PER_SECOND = 2


@dataclass(frozen=True)
class Plan:
    """What is done in one round, and when, in seconds after its start."""

    number: int
    sequence: str
    duration_seconds: int
    disturbances: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Round:
    """What became of a round: what was done to it, how it ended, and what is not as it was."""

    plan: Plan
    done: tuple[str, ...]
    status: str
    back_seconds: float
    closed_seconds: float
    problem: str = ""

    def line(self) -> str:
        """The round in one line."""
        done = ", ".join(self.done) or "left alone"
        times = f"back after {self.back_seconds:.1f} s, closed after {self.closed_seconds:.1f} s"
        result = self.problem or (times if self.done else "back as planned")
        plan = f"{self.plan.sequence:<8} {self.plan.duration_seconds} s"
        return f"round {self.plan.number:<3} {plan}  {done:<46} {self.status:<9} {result}"


@dataclass(frozen=True)
class Soak:
    """All rounds, and for each source what was written and is lost."""

    rounds: tuple[Round, ...]
    written: dict[str, int]
    lost: dict[str, list[int]]

    @property
    def held(self) -> bool:
        """Whether everything was back after each round, and no message is lost."""
        return not any(each.problem for each in self.rounds) and not any(self.lost.values())

    def summary(self) -> str:
        """The whole in a few lines."""
        back = sorted(each.back_seconds for each in self.rounds if each.done) or [0.0]
        kinds = Counter(" + ".join(w for _, w in each.plan.disturbances) for each in self.rounds)
        done = ", ".join(f"{count} {kind or 'left alone'}" for kind, count in kinds.items())
        wrong = sum(bool(each.problem) for each in self.rounds)
        lines = [
            f"{len(self.rounds)} rounds ({done}), {wrong} not back as they were",
            f"back after {statistics.median(back):.1f} s (median), {back[-1]:.1f} s (longest) when disturbed",
        ]
        for source in SOURCES:
            lost = self.lost[source] or "none"
            lines.append(f"{source:<9} {self.written[source]} written, lost {lost}")
        return "\n".join([*lines, "HELD" if self.held else "DID NOT HOLD"])


def plan(seed: int, number: int) -> Plan:
    """What a round does; every disturbance has its turn in each five rounds."""
    block, turn = divmod(number - 1, len(DISTURBANCES))
    order = random.Random(f"{seed}/block {block}")  # noqa: S311
    kinds = order.sample(DISTURBANCES, len(DISTURBANCES))[turn]
    dice = random.Random(f"{seed}/{number}")  # noqa: S311
    moments = sorted(round(dice.uniform(0, LATEST_SECONDS), 1) for _ in kinds)
    return Plan(
        number=number,
        sequence=dice.choice(SEQUENCES),
        duration_seconds=dice.randint(1, 3),
        disturbances=tuple(zip(moments, kinds, strict=True)),
    )


def soak(
    product: Product, plans: Iterable[Plan], *, first: int = 1, say: Callable[[str], object]
) -> Soak:
    """Play the rounds while numbered messages keep coming, until one is not back as it was."""
    rounds = []
    with Producer(product.lab, product.deployment.sample, per_second=PER_SECOND, first=first) as on:
        for each in plans:
            played = play(product, each)
            say(played.line())
            rounds.append(played)
            if played.problem:
                break
        on.stop()
        lost = _lost(product, on)
    return Soak(tuple(rounds), {source: on.written[source] for source in SOURCES}, lost)


def play(product: Product, plan: Plan) -> Round:
    """Run one experiment, disturb it, and wait until everything is as before."""
    before = _settled(product)
    begun = time.monotonic()
    execution = product.start(
        sequence=plan.sequence, total_chaos_duration=plan.duration_seconds, chaos_interval=1
    )
    done = []
    for moment, kind in plan.disturbances:
        while time.monotonic() < begun + moment and not product.ended(execution):
            time.sleep(0.02)
        done.append(_disturb(product, execution, kind, begun))
    back, closed, problem = _wait_until_back(product, execution, before)
    found = product.execution(execution)
    if not done and found["status"] != "SUCCEEDED":
        problem = problem or "nobody disturbed it"
    if problem:
        problem += f"; {execution}: {found.get('error')} {found.get('cause')}"
    return Round(plan, tuple(done), found["status"], back, closed, problem)


def _disturb(product: Product, execution: str, kind: str, begun: float) -> str:
    if kind == "stop":
        product.aws("stepfunctions").stop_execution(executionArn=execution)
        return f"stopped at {time.monotonic() - begun:.1f} s"
    while product.running():
        for process_id, module in handlers.at_work(product.lab).items():
            if handlers.kill(process_id):
                return f"killed {module} at {time.monotonic() - begun:.1f} s"
        time.sleep(0.01)
    return "nothing ran that could be killed"


def _settled(product: Product) -> Mappings:
    """The mappings, all of them Enabled."""
    deadline = time.monotonic() + BACK_SECONDS
    while time.monotonic() < deadline:
        found = product.mappings()
        if [each["State"] for each in found] == ["Enabled"] * len(SOURCES):
            return found
        time.sleep(LOOK_SECONDS)
    raise LabError(f"the sample's mappings are not enabled: {found}")


def _wait_until_back(
    product: Product, execution: str, before: Mappings
) -> tuple[float, float, str]:
    """Seconds until the mappings were back for good, and until all was closed; and what is still wrong."""
    begun = time.monotonic()
    back = 0.0
    names = (execution.rsplit(":", 1)[1], product.deployment.sample.function_name)
    while (now := time.monotonic() - begun) < BACK_SECONDS:
        equal = product.mappings() == before
        back = back if equal else time.monotonic() - begun
        if equal and product.ended(execution) and not product.open_items(*names):
            return back, now, ""
        time.sleep(LOOK_SECONDS)
    still = f"after {BACK_SECONDS} s: open {product.open_items(*names)}, "
    return back, now, still + f"mappings {product.mappings()}, before {before}"


def _lost(product: Product, producer: Producer) -> dict[str, list[int]]:
    """The numbers of each source that are not handled once nothing more can come."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        counts = handled(product.lab, product.deployment.sample)
        lost = {
            source: [number for number in producer.numbers(source) if number not in counts[source]]
            for source in SOURCES
        }
        if not any(lost.values()) or time.monotonic() > deadline:
            return lost
        time.sleep(1)


def main() -> int:
    """Play the rounds on a private lab; 0 only if everything held."""
    options = _options()
    print(f"{options.rounds} rounds, SEED={options.seed}")
    try:
        with running(say=print) as lab:
            print("deploying Snapback and the sample workload ...")
            plans = (plan(options.seed, number + 1) for number in range(options.rounds))
            result = soak(Product.deployed(lab), plans, say=print)
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(result.summary())
    return 0 if result.held else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make lab-soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, help="how many (50)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000), help="(random)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
