"""Steps put together: side by side, with their calls sent elsewhere, or patient with a throttle."""

from collections.abc import Sequence
from typing import Any

import pytest

from snapback.model.effects import Answer, Call, Effect, Fetch, Key, Reply, Step, Wait
from snapback.model.place import HOME, Place
from snapback.model.steps import Ended, at, done, patiently, together
from tests.fakes.world import World


def call(name: str, *, at_home: bool = False) -> Call:
    return Call("lambda", "GetFunction", {"FunctionName": name}, at_home=at_home)


def working(name: str, *pauses: float) -> Step[str]:
    """A step that makes a call before and after each pause."""
    yield from call(name)
    for pause in pauses:
        yield from Wait(pause)
        yield from call(name)
    return name


def failing(name: str, *pauses: float) -> Step[str]:
    yield from working(name, *pauses)
    raise ValueError(name)


def made(world: World) -> list[tuple[float, str]]:
    """When each call was made, and by which step."""
    names = [str(each.params["FunctionName"]) for each in world.calls]
    return list(zip(world.called_at, names, strict=True))


def side_by_side(world: World, steps: Sequence[Step[str]], until: float = 2000) -> list[Ended[str]]:
    return world.run(together(steps, until, lambda: world.now))


def answering() -> World:
    return World({"GetFunction": {}})


def test_a_step_that_is_done_asks_for_nothing() -> None:
    with pytest.raises(StopIteration) as end:
        next(done(7))
    assert end.value.value == 7


def test_results_come_in_the_order_of_the_steps() -> None:
    world = answering()
    ended = side_by_side(world, [working("a", 5), working("b"), working("c", 1)])
    assert [each.result for each in ended] == ["a", "b", "c"]
    assert all(each.error is None for each in ended)


def test_while_one_waits_the_others_go_on() -> None:
    world = answering()
    side_by_side(world, [working("a", 5, 5), working("b", 3)])
    assert made(world) == [
        (1000, "a"),
        (1000, "b"),
        (1003, "b"),
        (1005, "a"),
        (1010, "a"),
    ]
    assert world.pauses == [3, 2, 5]


def test_no_time_passes_where_nobody_waits() -> None:
    world = answering()
    side_by_side(world, [working(name) for name in "abc"])
    assert [name for _, name in made(world)] == ["a", "b", "c"]
    assert world.pauses == []


def test_what_goes_wrong_with_one_step_keeps_nothing_from_the_others() -> None:
    world = answering()
    ended = side_by_side(world, [failing("a"), working("b", 1), failing("c", 2)])
    assert [each.result for each in ended] == [None, "b", None]
    assert [str(each.error) for each in ended if each.error] == ["a", "c"]


def test_what_goes_wrong_with_the_call_of_one_step_keeps_nothing_from_the_others() -> None:
    """The error comes from outside, where effects are carried out."""

    def found(params: Any) -> Answer:
        if params["FunctionName"] == "a":
            raise ConnectionError("the table is gone")
        return Answer()

    world = World({"GetFunction": found})

    def inner() -> Step[str]:
        first, second = yield from together([working("a"), working("b")], 2000, lambda: world.now)
        return f"{first.error}; {second.result}"

    first, both = side_by_side(world, [working("a"), inner()])
    assert str(first.error) == "the table is gone"
    assert both == Ended("the table is gone; b")


def test_an_error_is_raised_where_its_step_asked_for_the_effect() -> None:
    def careful() -> Step[str]:
        try:
            yield from call("a")
        except ConnectionError as error:
            yield from Wait(1)
            return f"mended: {error}"
        return "done"

    def broken(_params: Any) -> Answer:
        raise ConnectionError("no network")

    for wrapped in (careful(), at(PARIS, careful())):
        assert World({"GetFunction": broken}).run(wrapped) == "mended: no network"
    world = World({"GetFunction": broken})
    [ended] = side_by_side(world, [at(PARIS, careful())])
    assert ended == Ended("mended: no network")


def test_what_is_not_over_in_time_has_neither_result_nor_error() -> None:
    world = answering()
    ended = side_by_side(world, [working("a", 5), working("b", 10)], until=1008)
    assert ended == [Ended("a"), Ended()]
    assert world.now == 1005


@pytest.mark.parametrize(("until", "begun"), [(1000.5, ["a"]), (1000, []), (999, [])])
def test_nothing_is_begun_once_the_moment_has_come(until: float, begun: list[str]) -> None:
    """A call takes its time too: the clock is read before each turn."""
    world = answering()

    def slow(_effect: Effect) -> None:
        world.now += 1

    world.meanwhile = slow
    side_by_side(world, [working("a"), working("b")], until)
    assert [name for _, name in made(world)] == begun


def test_a_pause_that_would_end_too_late_is_not_begun() -> None:
    world = answering()
    side_by_side(world, [working("a", 10)], until=1010)
    assert world.pauses == []
    assert len(made(world)) == 1


def test_without_steps_there_is_nothing_to_wait_for() -> None:
    assert side_by_side(answering(), []) == []


PARIS = Place("eu-west-3", "arn:aws:iam::210987654321:role/SnapbackTarget")
ROME = Place("eu-south-1")


def asked(step: Step[str], reply: Reply) -> list[Effect]:
    """Every effect of a step, each of which is sent the same reply."""
    effects = [next(step)]
    while True:
        try:
            effects.append(step.send(reply))
        except StopIteration:
            return effects


def test_the_calls_of_a_step_go_to_its_place_and_the_rest_stays_as_it_is() -> None:
    def both() -> Step[str]:
        yield from call("a")
        yield from Fetch(Key("p", "s"))
        yield from Wait(1)
        return "over"

    step = at(PARIS, both())
    assert [next(step), step.send(Answer()), step.send(None)] == [
        Call("lambda", "GetFunction", {"FunctionName": "a"}, place=PARIS),
        Fetch(Key("p", "s")),
        Wait(1),
    ]
    with pytest.raises(StopIteration) as end:
        step.send(None)
    assert end.value.value == "over"


def test_what_stays_at_home_stays_there() -> None:
    def home() -> Step[str]:
        yield from call("a", at_home=True)
        return "over"

    [effect] = asked(at(PARIS, home()), Answer())
    assert isinstance(effect, Call)
    assert (effect.place, effect.at_home) == (None, True)


def test_the_inner_place_wins() -> None:
    [effect] = asked(at(PARIS, at(ROME, working("a"))), Answer())
    assert isinstance(effect, Call)
    assert effect.place == ROME


def test_a_call_reads_its_own_answer_wherever_it_is_sent() -> None:
    def gone() -> Step[bool]:
        answer = yield from Call("lambda", "GetFunction", gone=("ResourceNotFoundException",))
        return answer.gone

    step = at(HOME, gone())
    next(step)
    with pytest.raises(StopIteration) as end:
        step.send(Answer(code="ResourceNotFoundException", status=404))
    assert end.value.value is True


def test_an_error_of_a_step_leaves_its_place() -> None:
    with pytest.raises(ValueError, match="a"):
        answering().run(at(PARIS, failing("a")))


def test_steps_side_by_side_each_keep_their_place() -> None:
    world = answering()
    side_by_side(world, [at(PARIS, working("a", 1)), at(ROME, working("b", 1))])
    assert [each.place for each in world.calls] == [PARIS, ROME, PARIS, ROME]


BUSY = Answer(code="TooManyRequestsException", status=429)


def patient(world: World, step: Step[Any], until: float = 2000) -> Any:
    """Run a step that waits a second after the first throttle, two after the next, and so on."""
    return world.run(patiently(step, until, lambda: world.now, float))


def test_a_throttled_read_is_asked_again_after_a_pause() -> None:
    world = World({"GetFunction": [BUSY, BUSY, {}, BUSY, {}]})
    assert patient(world, working("a", 10)) == "a"
    assert world.pauses == [1, 2, 10, 3]


def test_a_read_that_stays_throttled_ends_the_step_in_time() -> None:
    world = World({"GetFunction": BUSY}, now=1000)
    with pytest.raises(TimeoutError, match="lambda:GetFunction was throttled to the end"):
        patient(world, working("a"), until=1004)
    assert world.now == 1003


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Call("lambda", "DeleteFunction", {"FunctionName": "a"}, changes=True), BUSY),
        (call("a"), Answer(code="AccessDeniedException", status=403)),
    ],
    ids=["a change", "another refusal"],
)
def test_a_change_or_another_refusal_is_not_asked_again(asked: Call, told: Answer) -> None:
    def once() -> Step[str]:
        return (yield from asked).code

    world = World({asked.operation: [told]})
    assert patient(world, once()) == told.code


def test_an_error_of_an_effect_is_raised_where_a_patient_step_asked() -> None:
    with pytest.raises(ValueError, match="a"):
        patient(answering(), failing("a"))
