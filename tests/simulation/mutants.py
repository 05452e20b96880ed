"""The protocol with one rule taken out, each as a small change of a domain function."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from snapback.faults.mappings import delete_mappings
from snapback.faults.mappings.mapping import satisfies
from snapback.faults.registry import FAULTS
from snapback.model import records
from snapback.model.clock import Clock
from snapback.model.effects import Answer, Change, Outcome, Step
from snapback.model.errors import TargetsChanged
from snapback.model.records import Meta, Target, meta_key
from snapback.protocol import inject, prepare
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Captured, Pending, Settled
from snapback.protocol.lifecycle import load_targets
from snapback.report import conclusion
from snapback.rescue import restoration
from snapback.run import preparation
from tests.simulation import programs

Mutate = Callable[[pytest.MonkeyPatch], None]


def lease_is_the_calls_time_out(patch: pytest.MonkeyPatch) -> None:
    """quiet_at lies 15 seconds ahead, not behind the invocation's own end."""
    early = programs.INJECTOR_SECONDS + programs.TIMINGS.quiet_margin_seconds - 15
    _each_attempt(patch, lambda it: replace(it, quiet_at=it.quiet_at - early))


def sends_past_its_time(patch: pytest.MonkeyPatch) -> None:
    """An injector that is turned away looks back, not ahead: its next request comes too late."""
    _each_attempt(patch, lambda it: replace(it, send_until=it.send_until + 2 * it.pause))


def _each_attempt(patch: pytest.MonkeyPatch, change: Callable[[Attempt], Attempt]) -> None:
    real = programs.attempt_of
    patch.setattr(programs, "attempt_of", lambda *args: change(real(*args)))


def read_before_lock(patch: pytest.MonkeyPatch) -> None:
    """The target is read first, then locked, and the snapshot stored is the one read before."""
    real = preparation.reserve

    def reserve(meta: Meta, targets: list[Target], clock: Clock) -> Step[None]:
        fault = FAULTS[meta.experiment["fault"]]
        terms = preparation.terms(preparation.Experiment.of(meta.experiment), programs.TIMINGS, 0)
        seen = []
        for target in targets:
            captured = yield from fault.snapshot(target, terms)
            if isinstance(captured, Captured):
                seen.append((target, captured))
        if not seen:
            raise TargetsChanged("nothing could be read")
        yield from real(meta, [target for target, _ in seen], clock)
        for target, captured in seen:
            read = {"snapshot": captured.snapshot, "request": captured.request}
            yield target.move("captured", expect=records.UNTOUCHED, **read)

    def capture_all(targets: list[Target], _fault: Any, _terms: Any) -> Step[list[Target]]:
        return (yield from load_targets(targets[0].experiment_id))

    patch.setattr(preparation, "reserve", reserve)
    patch.setattr(preparation, "capture_all", capture_all)


def no_fence_of_the_target(patch: pytest.MonkeyPatch) -> None:
    """An untouched target counts as terminal as it stands, without the write that takes it away."""
    patch.setattr(records, "TERMINAL", (*records.TERMINAL, *records.UNTOUCHED))


def adopt_by_snapshot(patch: pytest.MonkeyPatch) -> None:
    """A mapping is ours if it equals the snapshot, not the request."""

    def by_snapshot(config: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
        own = {k: v for k, v in request.items() if k != "StartingPositionTimestamp"}
        return satisfies(config, own | {"StartingPosition": "LATEST"})

    patch.setattr(delete_mappings, "satisfies", by_snapshot)


def nothing_to_do_from_injected(patch: pytest.MonkeyPatch) -> None:
    """A mapping that Get still shows was never deleted, even after an acknowledged delete."""
    real = delete_mappings.restore

    def restore(target: Target) -> Step[Settled | Pending]:
        return (yield from real(replace(target, came_from="injecting")))

    patch.setattr(delete_mappings, "restore", restore)


def renewal_without_a_check(patch: pytest.MonkeyPatch) -> None:
    """A later round takes a target again without asking whether the experiment is running."""
    patch.setattr(prepare, "_while", lambda name, _status: Change(meta_key(name)))


def nobody_fences(patch: pytest.MonkeyPatch) -> None:
    """The final restore leaves the experiment running."""
    for module in (restoration, conclusion):
        patch.setattr(module, "fence", _nothing)


def report_without_a_fence(patch: pytest.MonkeyPatch) -> None:
    """Only the restore fences; where it never ran, the report closes on what it read before."""
    patch.setattr(conclusion, "fence", _nothing)


def _nothing(*_: Any, **__: Any) -> Step[None]:
    yield from ()


def unlocked_while_a_restore_can_land(patch: pytest.MonkeyPatch) -> None:
    """The target is free as soon as it is back, whatever its restorers may still have under way."""
    patch.setattr(Target, "restorers_quiet_at", 0)


def withdraw_without_an_answer(patch: pytest.MonkeyPatch) -> None:
    """An injector that heard nothing takes its announcement back."""
    real = inject._conclude

    def conclude(
        target: Target, attempt: inject.Attempt, answer: Answer, sent: int, clock: Any
    ) -> Step[None]:
        if answer.outcome is Outcome.UNKNOWN:
            answer = Answer(code="AccessDeniedException", status=403)
        yield from real(target, attempt, answer, sent, clock)

    patch.setattr(inject, "_conclude", conclude)
