"""How much all experiments of a stack may have open together."""

from dataclasses import dataclass

from snapback.model.effects import Step
from snapback.model.records import OPEN
from snapback.protocol.lifecycle import open_records


@dataclass(frozen=True, slots=True)
class Caps:
    """The most open experiments, and the most targets of all of them."""

    experiments: int
    targets: int


def crowd_problems(caps: Caps, targets: int, mine: str = "") -> Step[list[str]]:
    """Why an experiment on so many targets would be too much beside those that are open.

    `mine` is its own id, once it is open itself. The index may lag behind: of experiments that begin
    within a moment of each other, each counts only those that it shows.
    """
    found = yield from open_records()
    others = [each for each in found if each["status"] in OPEN and each["experiment_id"] != mine]
    taken = sum(each.get("target_count", 0) for each in others)
    problems = []
    if len(others) >= caps.experiments:
        problems.append(
            f"input: this stack allows {caps.experiments} open experiments at once, and {len(others)} are "
            "open; wait until one is over"
        )
    if taken + targets > caps.targets:
        problems.append(
            f"input: {targets} targets and the {taken} of open experiments are more than the "
            f"{caps.targets} that this stack allows at once; choose fewer, or wait"
        )
    return problems
