"""Snapback with one rule taken out, and a run of the matrix that then must not hold."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from snapback.faults.mappings.delete import undo
from snapback.model.effects import Step
from snapback.model.records import Meta, Target
from snapback.model.steps import done
from snapback.protocol import restore
from snapback.protocol.contract import Settled
from snapback.rescue import sweeping


@dataclass(frozen=True)
class Mutant:
    """What replaces what; `fault` strikes the first `operation` of `scenario`."""

    owner: Any
    name: str
    replacement: Any
    scenario: str
    operation: str
    fault: str

    def applied(self) -> AbstractContextManager[Any]:
        """Inside, the rule is out."""
        return mock.patch.object(self.owner, self.name, self.replacement)


def _skips(target: Target, *_: Any) -> Step[None]:
    yield from target.move("skipped", expect=("injecting",))


def _does_not_wait(target: Target, *_: Any) -> Step[None]:
    began = {"came_from": "injecting"}
    yield from target.move("restoring", expect=("injecting",), values=began)


def _settles_at_once(target: Target) -> Step[Settled]:
    return done(Settled("restored", name=target.name))


def _sees_nothing(_meta: Meta, _now: float) -> Step[str]:
    return done("")


_DELETE = "DeleteEventSourceMapping"

MUTANTS = {
    "an announced call is taken for one that was never sent": Mutant(
        restore, "_take_over", _skips, "1-parallel", _DELETE, "killed after"
    ),
    "a restore does not wait for an announced call": Mutant(
        restore, "_take_over", _does_not_wait, "1-parallel", _DELETE, "paused before"
    ),
    "restore claims at once that it is done": Mutant(
        undo, "restore", _settles_at_once, "1-parallel", _DELETE, "cut"
    ),
    "the sweeper sees no fact": Mutant(
        sweeping, "fact", _sees_nothing, "1-parallel-stopped", "GetFunction", "cut"
    ),
}
