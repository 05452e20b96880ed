"""What both faults do to verify a mapping."""

from collections.abc import Sequence

from snapback.faults.mappings.mapping import SETTLED
from snapback.faults.mappings.reading import get
from snapback.model.effects import Answer, Document, Step
from snapback.model.records import Target
from snapback.model.steps import done
from snapback.protocol.contract import Pending, View


def look(targets: Sequence[Target]) -> Step[View]:  # noqa: ARG001
    """Nothing is shared: a list may be older than the restore, and leaves out encrypted filters."""
    return done(View())


def missing(target: Target) -> Document:
    """What is found of a mapping that is gone: it differs in its very UUID."""
    gone = {"UUID": {"before": target.name, "after": None}}
    return {"equal": False, "fields": [], "differences": gone}


def read(target: Target, view: View) -> Step[Answer | Pending]:  # noqa: ARG001
    """The mapping once it is settled, or the answer that it is gone."""
    got = yield from get(target.live_name)
    if got.gone or (got.done and got.body["State"] in SETTLED):
        return got
    return Pending(f"mapping {target.live_name} is not settled ({got.body.get('State', got)})")
