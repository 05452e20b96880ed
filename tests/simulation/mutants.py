"""The protocol with one rule taken out, each as a small change of a domain function."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from inspect import signature
from types import SimpleNamespace
from typing import Any

import pytest

from snapback.faults import registry
from snapback.faults.mappings import mapping
from snapback.faults.mappings.delete import undo
from snapback.faults.mappings.mapping import satisfies
from snapback.model import records
from snapback.model.effects import Answer, Change, Outcome, Step
from snapback.model.records import Meta, Target, meta_key
from snapback.model.steps import done
from snapback.protocol import inject, prepare
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Breaking, Captured, Terms, Unfit, View
from snapback.protocol.prepare import Capture
from snapback.report import conclusion
from snapback.rescue import restoration, takeover
from snapback.run import preparation
from tests.fakes.switch import act as switch
from tests.fakes.switch.api import get
from tests.simulation import programs

Mutate = Callable[[pytest.MonkeyPatch], None]


def _given(
    patch: pytest.MonkeyPatch, owner: Any, name: str, **changed: Callable[[Any], Any]
) -> None:
    """Some arguments of a function of the protocol are changed before it sees them."""
    real = getattr(owner, name)

    def given_others(*args: Any) -> Any:
        bound = signature(real).bind(*args)
        bound.apply_defaults()
        for each, change in changed.items():
            bound.arguments[each] = change(bound.arguments[each])
        return real(*bound.args)

    patch.setattr(owner, name, given_others)


def lease_is_the_calls_time_out(patch: pytest.MonkeyPatch) -> None:
    """quiet_at lies 15 seconds ahead, not behind the invocation's own end."""

    def short(attempt: Attempt) -> float:
        return attempt.ends_at - programs.INJECTOR_SECONDS + 15

    patch.setattr(Attempt, "quiet_at", property(short))


def sends_past_its_time(patch: pytest.MonkeyPatch) -> None:
    """An injector that is turned away sends its next request too late."""

    def late(attempt: Attempt) -> float:
        margin = programs.TIMINGS.send_margin_seconds
        return attempt.ends_at - margin + 2 * programs.TIMINGS.poll_seconds

    patch.setattr(Attempt, "send_until", property(late))


def read_before_lock(patch: pytest.MonkeyPatch) -> None:
    """The target is read first, then locked, and the snapshot stored is the one read before."""
    reserve, capture_all = prepare.reserve, prepare.capture_all
    seen: dict[tuple[str, str], Captured | Unfit] = {}

    def read_and_reserve(meta: Meta, targets: list[Target], attempt: Attempt) -> Step[None]:
        act = registry.act(meta.experiment.fault)
        how = Capture.for_targets(act, meta, targets, attempt)
        for each in targets:
            seen[each.experiment_id, each.key] = yield from how.take(each)
        yield from reserve(meta, targets, attempt)

    def capture_what_was_read(targets: list[Target], how: Capture) -> Step[list[Target]]:
        def snapshot(target: Target, _terms: Terms, _view: View) -> Step[Captured | Unfit]:
            return done(seen[target.experiment_id, target.key])

        as_read: Any = SimpleNamespace(snapshot=snapshot)
        return (yield from capture_all(targets, replace(how, act=as_read)))

    patch.setattr(preparation, "reserve", read_and_reserve)
    patch.setattr(preparation, "capture_all", capture_what_was_read)


def no_fence_of_the_target(patch: pytest.MonkeyPatch) -> None:
    """An untouched target counts as terminal as it stands, without the write that takes it away."""
    patch.setattr(records, "TERMINAL", (*records.TERMINAL, *records.UNTOUCHED))


def adopt_by_snapshot(patch: pytest.MonkeyPatch) -> None:
    """A mapping is ours if it equals the snapshot, not the request."""

    def by_snapshot(config: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
        own = {k: v for k, v in request.items() if k != "StartingPositionTimestamp"}
        return satisfies(config, own | {"StartingPosition": "LATEST"})

    patch.setattr(undo, "satisfies", by_snapshot)


def a_default_is_a_difference(patch: pytest.MonkeyPatch) -> None:
    """A setting that one of two mappings does not name differs from its documented default."""

    def as_it_is(settings: Mapping[str, Any], _kind: str) -> dict[str, Any]:
        return dict(settings)

    patch.setattr(mapping, "with_defaults", as_it_is)


def nothing_to_do_from_injected(patch: pytest.MonkeyPatch) -> None:
    """A mapping that Get still shows was never deleted, even after an acknowledged delete."""
    _given(patch, undo, "restore", target=lambda each: replace(each, came_from="injecting"))


def renewal_without_a_check(patch: pytest.MonkeyPatch) -> None:
    """A later round takes a target again without asking whether the experiment is running."""
    patch.setattr(prepare, "_while", lambda name, _status: Change(meta_key(name)))


def nobody_fences(patch: pytest.MonkeyPatch) -> None:
    """The final restore leaves the experiment running."""
    for module in (restoration, takeover, conclusion):
        patch.setattr(module, "fence", _nothing)
    patch.setattr(restoration, "fence_until", _nothing)


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

    def heard(answer: Answer) -> Answer:
        unknown = answer.outcome is Outcome.UNKNOWN
        return Answer(code="AccessDeniedException", status=403) if unknown else answer

    _given(patch, inject, "_not_acknowledged", answer=heard)


def stages_do_not_wait(patch: pytest.MonkeyPatch) -> None:
    """The next change is made as soon as the one before it is acknowledged."""
    patch.setattr(Target, "pending", property(lambda _target: False))


def withdraw_from_every_stage(patch: pytest.MonkeyPatch) -> None:
    """A refusal of a later stage makes the target untouched, as that of the first one does."""
    _given(patch, inject, "_not_acknowledged", target=lambda each: replace(each, stage=0))


def no_end_is_recorded(patch: pytest.MonkeyPatch) -> None:
    """The announcement does not say when the fault ends by itself."""
    _given(patch, inject, "_announce", breaking=lambda each: Breaking(each.call))


def the_secret_is_stored(patch: pytest.MonkeyPatch) -> None:
    """The undo holds the request itself, with what it sets."""
    real = switch.snapshot

    def snapshot(target: Target, terms: Terms, view: View) -> Step[Captured | Unfit]:
        found = yield from real(target, terms, view)
        got = yield from get(target.name)
        assert isinstance(found, Captured)
        return replace(found, undo={**found.undo, "value": got.body["value"]})

    patch.setattr(switch, "snapshot", snapshot)


def a_batch_is_everything(patch: pytest.MonkeyPatch) -> None:
    """A restore task takes every target, not those of its batch alone."""
    _given(patch, restoration, "load_targets", batch=lambda _one: None)
