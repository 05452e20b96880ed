"""What a step asks for is performed, and what goes wrong with it is told where it was asked."""

from types import SimpleNamespace

import pytest

from aws import driver
from snapback.model.effects import Answer, Call, Effect, Reply, Step, Wait
from snapback.model.steps import Ended, together

CALL = Call("lambda", "GetFunction")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made; no time passes, and it is 1000 s."""
    pauses: list[float] = []
    clock = SimpleNamespace(time=lambda: 1000.0, sleep=pauses.append)
    monkeypatch.setattr(driver, "time", clock)
    return pauses


def pausing(seconds: float) -> Step[str]:
    yield from CALL
    yield from Wait(seconds)
    answer = yield from CALL
    return str(answer.body["name"])


def named(_effect: Effect) -> Reply:
    return Answer({"name": "orders"})


def test_a_step_is_sent_what_its_effects_reply(slept: list[float]) -> None:
    assert driver.run(pausing(5), named, deadline=1010) == "orders"
    assert slept == [5]


@pytest.mark.parametrize(("seconds", "in_time"), [(9, True), (10, False), (11, False)])
def test_a_pause_does_not_reach_the_deadline(
    slept: list[float], seconds: float, *, in_time: bool
) -> None:
    if in_time:
        assert driver.run(pausing(seconds), named, deadline=1010) == "orders"
        return
    with pytest.raises(TimeoutError, match="out of time"):
        driver.run(pausing(seconds), named, deadline=1010)
    assert slept == []


def broken(_effect: Effect) -> Reply:
    raise ConnectionError("no network")


def test_what_goes_wrong_ends_a_step_that_does_not_expect_it() -> None:
    with pytest.raises(ConnectionError, match="no network"):
        driver.run(pausing(0), broken, deadline=1010)


def test_what_goes_wrong_for_one_of_several_steps_is_its_own() -> None:
    """A table that cannot be written for one target must not keep the others from being restored."""
    failed: list[Effect] = []

    def once(effect: Effect) -> Reply:
        if not failed:
            failed.append(effect)
            return broken(effect)
        return named(effect)

    steps = together([pausing(0), pausing(0)], 1010, lambda: 1000.0)
    first, second = driver.run(steps, once, deadline=1010)
    assert isinstance(first.error, ConnectionError)
    assert second == Ended("orders")
