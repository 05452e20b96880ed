"""Enable a mapping again, if it was enabled.

It keeps its UUID, its checkpoint and its owner. An update has no compare-and-set. What someone else
changed meanwhile is kept all the same, because only `Enabled` is sent.
"""

from collections.abc import Sequence

from snapback.faults.mappings.belonging import foreign_mapping
from snapback.faults.mappings.by_hand import command
from snapback.faults.mappings.captured import original, shown
from snapback.faults.mappings.mapping import differences, missing
from snapback.faults.mappings.reading import change, hidden, many, read, settings, unsettled
from snapback.model.effects import Document, Outcome, Step
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.protocol.contract import Pending, Settled, View

__all__ = ["by_hand", "foreign", "look", "restore", "verify"]


def foreign(target: Target, experiment: Experiment) -> str:
    """Why the recorded request would not change the experiment's own mapping, or ""."""
    if target.undo.get("UUID") != target.name:
        return f"its request would change another mapping than {target.name}"
    return foreign_mapping(target, experiment)


def look(targets: Sequence[Target]) -> Step[View]:
    """Every mapping of the account, if there are more than a few targets."""
    return many([each.live_name for each in targets])


def restore(target: Target, view: View) -> Step[Settled | Pending]:
    """Give the mapping its state back, unless someone enabled or deleted it meanwhile.

    A mapping that reads as Enabled is enabled all the same: soon after the fault a read may still
    show what was there before.
    """
    got = yield from read(target.name, view)
    if got.gone:
        return _deleted(target)
    if reason := unsettled(target.name, got):
        return Pending(reason)
    if not target.undo["Enabled"]:
        return _still_disabled(target, got.body)
    updated = yield from change("UpdateEventSourceMapping", target.undo)
    if updated.done:
        return Settled("restored", name=target.name)
    if updated.gone:
        return _deleted(target)
    unheard = updated.outcome is Outcome.UNKNOWN
    return Pending(f"it could not be enabled yet ({updated})", unheard=unheard)


def _deleted(target: Target) -> Settled:
    return Settled(
        "conflict", reason=f"someone deleted mapping {target.name} meanwhile; it is not made again"
    )


def _still_disabled(target: Target, config: Document) -> Settled:
    if config["State"] == "Disabled":
        return Settled("restored", name=target.name)
    reason = f"mapping {target.name} was Disabled, and someone enabled it meanwhile; it stays so"
    return Settled("conflict", reason=reason)


def verify(target: Target, view: View) -> Step[Document | Pending]:
    """Compare the mapping's every setting, its position included, with the snapshot.

    Answers `{equal, fields, differences}`.
    """
    got = yield from read(target.name, view)
    if got.gone:
        return missing(target.name)
    if reason := unsettled(target.name, got):
        return Pending(reason)
    was = original(target).config
    if hidden(got.body) and not hidden(was):
        return Pending(f"mapping {target.name} {hidden(got.body)}")
    before, after = settings(was, got.body), settings(got.body, was)
    changed = differences(before, after)
    fields = sorted({*before, *after})
    return {"equal": not changed, "fields": fields, "differences": shown(changed, target)}


def by_hand(target: Target) -> str:
    """The command that gives the mapping its state back."""
    return command(target, "update")
