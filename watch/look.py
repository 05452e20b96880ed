"""One look at a running experiment: its execution, its targets and its latest sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from snapback.faults import registry
from snapback.model.records import Meta, Target
from snapback.run.observation import window_left


@dataclass(frozen=True, slots=True)
class Look:
    """What is known at one moment.

    `left` are the seconds until the window ends, if it is open; `titles` say by a target's key what
    people call it.
    """

    name: str
    status: str
    phase: str
    left: float | None
    targets: tuple[Target, ...]
    sample: Mapping[str, Any]
    reason: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether the execution has ended."""
        return self.status != "RUNNING"


def look(
    execution: Mapping[str, Any], history: Mapping[str, Any], items: list[Any], now: float
) -> Look:
    """Read an execution, the end of its history, and the experiment's items."""
    found = {kind: [each for each in items if each["sk"].startswith(kind)] for kind in _KINDS}
    targets = tuple(Target.of(item) for item in found["target#"])
    meta = Meta.of(found["meta"][0]) if found["meta"] else None
    return Look(
        name=execution["name"],
        status=execution["status"],
        phase=_phase(history),
        left=_left(meta, targets, now),
        targets=targets,
        sample=max(found["sample#"], key=lambda each: float(each["at"]), default={}),
        reason=_reason(execution) or (meta.reason if meta else ""),
        titles=_titles(meta, targets),
    )


_KINDS = ("meta", "target#", "sample#")


def _reason(execution: Mapping[str, Any]) -> str:
    """The error that an execution ended with, and the first line of its cause."""
    cause = str(execution.get("cause") or "").partition("\n")[0]
    return ": ".join(filter(None, (str(execution.get("error") or ""), cause)))


def _phase(history: Mapping[str, Any]) -> str:
    names = (event.get("stateEnteredEventDetails", {}).get("name") for event in history["events"])
    return next((str(name) for name in names if name), "starting")


def _titles(meta: Meta | None, targets: tuple[Target, ...]) -> dict[str, str]:
    if meta is None:
        return {}
    tell = registry.tell(meta.experiment.fault)
    return {each.key: tell.title(each) for each in targets}


def _left(meta: Meta | None, targets: tuple[Target, ...], now: float) -> float | None:
    held = [target for target in targets if target.status == "injected"]
    if meta is None or not held:
        return None
    return window_left(held, float(meta.experiment.total_chaos_duration), now)
