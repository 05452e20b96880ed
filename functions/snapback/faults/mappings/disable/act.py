"""Disable a mapping."""

from collections.abc import Iterable, Sequence

from snapback.faults.mappings.looking import sample, sources
from snapback.faults.mappings.mapping import key_of, lock_of
from snapback.faults.mappings.reading import change, configuration, transition
from snapback.model.effects import Document, Step
from snapback.model.records import Target
from snapback.model.steps import done
from snapback.protocol.contract import Breaking, Captured, InForce, Terms, Unfit, View

__all__ = ["in_force", "inject", "locks", "look", "sample", "snapshot", "sources", "stages"]


def locks(key: str) -> tuple[str, ...]:
    """One lock, shared by the versions and aliases of its function."""
    return (lock_of(key),)


def look(targets: Sequence[Target]) -> Step[View]:  # noqa: ARG001
    """Nothing is shared: what matters of a mapping is read of it alone, under its lock."""
    return done(View())


def snapshot(target: Target, terms: Terms, view: View) -> Step[Captured | Unfit]:  # noqa: ARG001
    """Read a mapping's configuration; the request that restores it names only its state."""
    config = yield from configuration(target.name, unfit, terms.patience)
    if isinstance(config, Unfit):
        return config
    request = {"UUID": target.name, "Enabled": config["State"] == "Enabled"}
    return Captured(key_of(config), {"config": config, "tags": {}}, request)


def stages(target: Target) -> tuple[float, ...]:  # noqa: ARG001
    """One change."""
    return (0,)


def inject(target: Target, stage: int, view: View) -> Step[Breaking | Unfit]:  # noqa: ARG001
    """Disable the mapping; one that is Disabled stays so."""
    params = {"UUID": target.name, "Enabled": False}
    return done(Breaking(change("UpdateEventSourceMapping", params)))


def in_force(target: Target, stage: int) -> Step[InForce]:  # noqa: ARG001
    """From its acknowledgement on: Lambda stops polling some time after it."""
    return done(InForce(target.injected_at))


def unfit(config: Document, unknown: Iterable[str] = ()) -> str:  # noqa: ARG001
    """Only a mapping in transition: settings that cannot be read are never written."""
    return transition(config)
