"""Who announced to put a target back says so when nothing of it is under way any more."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from snapback.model.effects import Fetch, Key, Step, Wait, Write
from snapback.model.records import RESTORER, Target, target_key
from snapback.model.steps import done
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Pending, Settled
from snapback.protocol.restore import restore
from tests.fakes import table

NOW = 1000.0
ATTEMPT = Attempt("restorer-1", NOW + 240, Timings(quiet_margin_seconds=60), lambda: NOW)
ANNOUNCED = RESTORER + ATTEMPT.owner


def run(step: Step[Target], items: dict[Key, Any]) -> None:
    """Run a step on the items of a table, which are changed in place."""
    reply: Any = None
    while True:
        try:
            effect = step.send(reply)
        except StopIteration:
            return
        match effect:
            case Write():
                after = table.write(items, effect)
                items.update(after or {})
                reply = after is not None
            case Fetch():
                reply = items.get(effect.key)
            case Wait():
                reply = None
            case _:
                raise NotImplementedError(effect)


def restored(results: Iterable[Settled | Pending]) -> dict[str, Any]:
    """The record of an injected target after a restore that had these results, one a try."""
    key = target_key("run", "k")
    record = {"experiment_id": "run", "key": "k", "name": "n", "status": "injected", "cycle": 0}
    items: dict[Key, Any] = {key: {**key._asdict(), **record}}
    left = iter(results)
    undo: Any = SimpleNamespace(restore=lambda _: done(next(left)))
    run(restore(Target.of(items[key]), undo, ATTEMPT), items)
    return dict(items[key])


@pytest.mark.parametrize("pending", [0, 1, 3])
def test_a_restore_that_was_only_pending_leaves_no_restorer_announced(pending: int) -> None:
    record = restored([*[Pending("not yet")] * pending, Settled("restored", "new")])
    assert (record["status"], record["new_name"]) == ("restored", "new")
    assert ANNOUNCED not in record


@pytest.mark.parametrize("status", ["restored", "conflict"])
def test_a_request_that_was_never_answered_keeps_the_restorer_announced(status: str) -> None:
    unheard = Pending("not confirmed", unheard=True)
    record = restored([Pending("not yet"), unheard, Pending("not yet"), Settled(status)])
    assert record["status"] == status
    assert record[ANNOUNCED] == ATTEMPT.quiet_at
