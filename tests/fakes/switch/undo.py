"""Set a switch to what it was at the captured version."""

from collections.abc import Sequence

from snapback.model.effects import Document, Outcome, Step
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.model.steps import done
from snapback.protocol.contract import Pending, Settled, View
from tests.fakes.switch.api import BROKEN, get, get_version, put


def foreign(target: Target, experiment: Experiment) -> str:  # noqa: ARG001
    """Nobody writes to its table."""
    return ""


def restore(target: Target, view: View) -> Step[Settled | Pending]:  # noqa: ARG001
    """Make the request from the recipe, unless someone else has set it meanwhile."""
    got = yield from get(target.name)
    if not got.body["settled"]:
        return Pending("it is being set")
    before = yield from get_version(target.name, target.undo["version"])
    if got.body["value"] == before.body["value"]:
        return Settled("restored", target.name)
    if got.body["value"] not in BROKEN:
        return Settled("conflict", target.name, "someone set it meanwhile; it stays so")
    answer = yield from put(target.name, before.body["value"])
    return Pending(f"it was set back ({answer})", answer.outcome is Outcome.UNKNOWN)


def look(targets: Sequence[Target]) -> Step[View]:  # noqa: ARG001
    """Nothing is shared."""
    return done(View())


def verify(target: Target, view: View) -> Step[Document | Pending]:  # noqa: ARG001
    """Whether it is at the value of the captured version."""
    got = yield from get(target.name)
    before = yield from get_version(target.name, target.snapshot.original["version"])
    return {"equal": got.body["value"] == before.body["value"], "fields": [], "differences": {}}


def by_hand(target: Target) -> str:
    """In words."""
    return f"set {target.name} to its version {target.undo['version']}"
