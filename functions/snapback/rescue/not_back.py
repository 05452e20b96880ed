"""Targets that are not back: which, why, and the command that puts one back by hand."""

from collections.abc import Iterable, Sequence

from snapback.faults import registry
from snapback.model.errors import TargetsNotRestored
from snapback.model.payload_limits import cause
from snapback.model.records import UNTOUCHED, Meta, Target


def by_hand(meta: Meta, target: Target) -> str:
    """The command that puts a captured target back, or why there is none to be trusted."""
    undo = registry.undo(meta.experiment.fault)
    if reason := undo.foreign(target, meta.experiment):
        return f"none: the record of the target was changed: {reason}"
    return undo.by_hand(target)


def lines(meta: Meta, targets: Iterable[Target]) -> list[str]:
    """One line for each target that is not back: its status, why, and the command."""
    return [_line(meta, each) for each in targets if not each.terminal]


def _line(meta: Meta, target: Target) -> str:
    if target.status in UNTOUCHED:
        return f"{target.name} is {target.status}: it was not touched"
    reason = target.reason or "it may still be changed"
    return f"{target.name} is {target.status}: {reason}. By hand: {by_hand(meta, target)}"


def refuse_any(meta: Meta, targets: Iterable[Target], errors: Sequence[str]) -> None:
    """Raise TargetsNotRestored if a target is not back, with the reasons and the errors so far."""
    if left := lines(meta, targets):
        raise TargetsNotRestored(cause([*left, *errors], "Targets"))
