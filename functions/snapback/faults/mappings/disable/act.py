"""Disable a mapping."""

from collections.abc import Iterable, Sequence

from snapback.faults.mappings.captured import CapturedMapping
from snapback.faults.mappings.mapping import key_of, lock_of
from snapback.faults.mappings.reading import change, configuration, many, transition
from snapback.faults.mappings.sampling import sample, sources
from snapback.model.effects import Document, Step
from snapback.model.records import Target
from snapback.model.steps import done
from snapback.protocol.contract import Breaking, Captured, InForce, Pending, Terms, Unfit, View

__all__ = ["in_force", "inject", "locks", "look", "sample", "snapshot", "sources", "stages"]


def locks(key: str) -> tuple[str, ...]:
    """One lock, shared by the versions and aliases of its function."""
    return (lock_of(key),)


def look(targets: Sequence[Target]) -> Step[View]:
    """Every mapping of the account, if more than a few targets are to be captured."""
    return many([each.name for each in targets if each.status == "reserved"])


def snapshot(target: Target, terms: Terms, view: View) -> Step[Captured | Unfit | Pending]:  # noqa: ARG001
    """Read a mapping's configuration; the request that restores it names only its state."""
    config = yield from configuration(target.name, refuse, view)
    if isinstance(config, Unfit | Pending):
        return config
    request = {"UUID": target.name, "Enabled": config["State"] == "Enabled"}
    return Captured(key_of(config), CapturedMapping(config).document(), request)


def stages(target: Target) -> tuple[float, ...]:  # noqa: ARG001
    """One change."""
    return (0,)


def inject(target: Target, stage: int, view: View) -> Step[Breaking | Unfit]:  # noqa: ARG001
    """Disable the mapping, even one that is Disabled."""
    params = {"UUID": target.name, "Enabled": False}
    return done(Breaking(change("UpdateEventSourceMapping", params)))


def in_force(target: Target, stage: int) -> Step[InForce]:  # noqa: ARG001
    """From its acknowledgement on: when Lambda stops polling after that, nothing tells."""
    return done(InForce(target.injected_at))


def refuse(config: Document, unknown: Iterable[str] = ()) -> str:  # noqa: ARG001
    """Why a mapping is not disabled: it is in transition. Settings do not matter: none is written."""
    return transition(config)
