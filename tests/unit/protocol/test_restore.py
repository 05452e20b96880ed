"""Whoever restores says so, until when, and why it is not over yet."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.model.effects import Effect, Step, Wait
from snapback.model.records import Snapshot, Target, target_key
from snapback.protocol.contract import Pending, Settled, View
from snapback.protocol.lifecycle import KEPT_SECONDS
from snapback.protocol.restore import restore
from tests.fakes.attempts import TIMINGS
from tests.fakes.world import World
from tests.unit.protocol.fault import Fault, change, put, stored

QUIET_AT = 1000 + 120 + TIMINGS.quiet_margin_seconds
BACK = Settled("restored", "new", "adopted")


def restored(world: World, target: Target, fault: Fault, owner: str = "me") -> Target:
    attempt = world.attempt(owner)
    return world.run(restore(target, fault, attempt, attempt.shared(fault.look, [target], 0)))


class Watching(Fault):
    """Keeps what is recorded at each attempt to restore; `meanwhile` someone else changes it."""

    def __init__(self, world: World, *ends: Settled | Pending) -> None:
        super().__init__(attempts=list(ends))
        self.world = world
        self.seen: list[Target] = []
        self.meanwhile: dict[str, Any] = {}

    def restore(self, target: Target, view: View) -> Step[Settled | Pending]:
        self.seen.append(stored(self.world))
        change(self.world, **self.meanwhile)
        return super().restore(target, view)


@pytest.mark.parametrize("status", ["reserved", "captured"])
def test_what_was_not_touched_is_skipped_and_fenced(status: str) -> None:
    world = World()
    fault = Watching(world, BACK)
    assert restored(world, put(world, status), fault).status == "skipped"
    assert stored(world).status == "skipped"
    assert world.items[target_key("run", "k")]["expires_at"] == 1000 + KEPT_SECONDS
    assert fault.seen == []


def test_a_broken_target_is_restored_once_its_restorer_is_announced() -> None:
    world = World()
    fault = Watching(world, BACK)
    target = restored(world, put(world, "injected"), fault)
    [announced] = fault.seen
    assert (announced.status, announced.came_from) == ("restoring", "injected")
    assert (announced.restoring_since, announced.restorers) == (1000, {"me": QUIET_AT})
    assert stored(world).status == target.status == "restored"
    assert (stored(world).new_name, stored(world).restored_at) == ("new", 1000)
    assert stored(world).reason == "adopted"
    assert stored(world) == replace(target, snapshot=Snapshot())
    assert world.items[target.at]["expires_at"] == 1000 + KEPT_SECONDS


@pytest.mark.parametrize("pending", [0, 1, 3])
def test_a_restorer_whose_requests_were_all_answered_takes_its_name_away(pending: int) -> None:
    """A name that stays would keep the lock, and refuse later rounds."""
    world = World()
    ends: list[Settled | Pending] = [*[Pending("not gone yet")] * pending, BACK]
    restored(world, put(world, "injected"), Fault(attempts=ends))
    assert stored(world).restorers == {}


@pytest.mark.parametrize("status", ["restored", "conflict"])
def test_a_restorer_that_was_not_answered_once_leaves_its_name(status: str) -> None:
    world = World()
    unheard = Pending("no answer", unheard=True)
    ends: list[Settled | Pending] = [Pending("not yet"), unheard, Pending("again")]
    restored(world, put(world, "injected"), Fault(attempts=[*ends, Settled(status)]))
    assert stored(world).status == status
    assert stored(world).restorers == {"me": QUIET_AT}


def test_why_a_target_is_not_back_is_recorded_and_replaced() -> None:
    world = World()
    fault = Watching(world, Pending("not gone yet"), Pending("still busy"), BACK)
    restored(world, put(world, "injected"), fault)
    assert [each.reason for each in fault.seen] == ["", "not gone yet", "still busy"]
    assert stored(world).reason == "adopted"
    assert world.pauses == [TIMINGS.poll_seconds] * 2


def test_a_conflict_is_recorded_with_its_reason() -> None:
    world = World()
    target = restored(
        world, put(world, "injected"), Fault(attempts=[Settled("conflict", reason="a stranger")])
    )
    assert target.terminal
    assert (stored(world).status, stored(world).reason) == ("conflict", "a stranger")
    assert "expires_at" not in world.items[target.at]
    assert stored(world).restorers == {}


def test_an_announced_change_is_waited_for_until_it_can_no_longer_land() -> None:
    world = World()
    fault = Watching(world, BACK)
    restored(world, put(world, "injecting", owner="dead", quiet_at=1003.5), fault)
    assert world.pauses == [1, 1, 1, 0.5]
    [announced] = fault.seen
    assert (announced.came_from, announced.restoring_since) == ("injecting", 1003.5)


def test_an_injector_that_ends_is_not_waited_for_any_longer() -> None:
    """Its acknowledgement comes while the restorer waits."""
    world = World()

    def acknowledged(effect: Effect) -> None:
        if isinstance(effect, Wait):
            change(world, status="injected")

    world.meanwhile = acknowledged
    restored(world, put(world, "injecting", owner="injector", quiet_at=1100), Fault())
    assert stored(world).came_from == "injected"
    assert world.now == 1001


def test_a_second_restorer_announces_itself_and_clears_away_who_is_past() -> None:
    world = World()
    others = {"past": 999, "just": 1000, "alive": 1001}
    fault = Watching(world, BACK)
    restored(world, put(world, "restoring", came_from="injected", restorers=others), fault)
    assert [each.restorers for each in fault.seen] == [{"alive": 1001, "me": QUIET_AT}]
    assert stored(world).restorers == {"alive": 1001}
    assert stored(world).came_from == "injected"


def test_who_comes_second_takes_its_name_away_and_keeps_what_the_first_wrote() -> None:
    world = World()
    fault = Watching(world, Settled("restored", "mine"))
    fault.meanwhile = {"status": "restored", "new_name": "theirs"}
    restored(world, put(world, "injected"), fault)
    assert (stored(world).new_name, stored(world).restorers) == ("theirs", {})


def test_a_restorer_that_meets_the_next_cycle_leaves_it_alone() -> None:
    world = World()
    read = put(world, "injected", cycle=0)
    put(world, "injected", cycle=1)
    before = dict(world.items)
    fault = Watching(world, BACK)
    assert restored(world, read, fault).cycle == 1
    assert fault.seen == []
    assert world.items == before


@pytest.mark.parametrize("status", ["restored", "skipped", "conflict", "abandoned"])
def test_what_is_terminal_stays_so(status: str) -> None:
    world = World()
    target = put(world, status)
    assert restored(world, target, Fault()) == target
    assert world.writes == []


def test_a_target_that_is_given_up_meanwhile_stays_given_up() -> None:
    world = World()
    fault = Watching(world, Pending("it cannot be made"))
    fault.meanwhile = {"status": "abandoned", "reason": "not needed"}
    restored(world, put(world, "injected"), fault)
    assert (stored(world).status, stored(world).reason) == ("abandoned", "not needed")
    assert stored(world).restorers == {}
