"""Every variable that a suspended generator still reads is known, and few that it does not."""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import pytest

from tests.simulation.actor import Locals
from tests.simulation.liveness import live_at

type Steps = Generator[Any, Any, Any]

LONGEST = 6
"""How many times a function is asked to go on."""


def live(function: Callable[..., Steps], *arguments: Any, answer: Any = 1) -> list[str]:
    """At each yield the variables that have a value which is still read, by their names."""
    running = function(*arguments)
    return [" ".join(sorted(_live(running))) for _ in _suspended(running, answer)]


def _suspended(running: Steps, answer: Any) -> Generator[None]:
    told = None
    for _ in range(LONGEST):
        try:
            running.send(told)
        except StopIteration:
            return
        yield
        told = answer


def _live(running: Any) -> set[str]:
    frame = running.gi_frame
    return {*frame.f_locals} & live_at(frame.f_code, frame.f_lasti)


def in_a_row(first: int, second: int, unread: int) -> Steps:  # noqa: ARG001
    yield first
    third = second
    yield
    yield third
    yield


def until_a_branch(chosen: bool, one: int, other: int) -> Steps:  # noqa: FBT001
    yield
    yield one if chosen else other


def written_before_it_is_read(value: int) -> Steps:
    yield
    value = 2
    yield value


def unpacked(pair: tuple[int, int]) -> Steps:
    yield
    first, second = pair
    yield first
    yield second


def named_on_the_way(value: int) -> Steps:
    yield
    if doubled := value * 2:
        yield doubled
        yield value


def deleted(value: int) -> Steps:
    yield value
    del value
    yield


def told(question: str) -> Steps:
    answer = yield question
    again = yield question
    yield answer + again
    yield


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (in_a_row, (1, 2, 3), ["second", "third", "", ""]),
        (until_a_branch, (True, 1, 2), ["chosen one other", ""]),
        (written_before_it_is_read, (1,), ["", ""]),
        (unpacked, ((1, 2),), ["pair", "second", ""]),
        (named_on_the_way, (1,), ["value", "value", ""]),
        (deleted, (1,), ["", ""]),
        (told, ("?",), ["question", "answer", "", ""]),
    ],
)
def test_a_variable_is_live_until_it_is_read_for_the_last_time(
    function: Callable[..., Steps], arguments: Sequence[Any], expected: list[str]
) -> None:
    assert live(function, *arguments) == expected


def counted(left: int) -> Steps:
    total = 0
    while left:
        answer = yield
        total += answer
        left -= 1
    yield total


def polled(key: str, limit: int) -> Steps:
    while True:
        found = yield key
        if found > limit:
            return found
        yield


def visited(items: Sequence[int], factor: int) -> Steps:
    for each in items:
        yield each
        yield each * factor


def nested(rows: Sequence[Sequence[int]]) -> Steps:
    for row in rows:
        for each in row:
            yield each + 1
        yield len(row)


def left_early(items: Sequence[int], wanted: int, fallback: int) -> Steps:
    for each in items:
        answer = yield each
        if answer == wanted:
            break
    else:
        yield fallback
    yield


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (counted, (2,), ["left total", "left total", ""]),
        (polled, ("a", 5), ["key limit"] * LONGEST),
        (visited, ([1, 2], 3), ["each factor", "factor"] * 2),
        (nested, ([[1, 2], [3]],), ["row", "row", "", "row", ""]),
        (left_early, ([1, 2], 0, 9), ["fallback wanted", "fallback wanted", "", ""]),
    ],
)
def test_in_a_loop_what_the_next_turn_reads_is_live(
    function: Callable[..., Steps], arguments: Sequence[Any], expected: list[str]
) -> None:
    """What a loop goes through is on no variable any more."""
    assert live(function, *arguments) == expected


def comprehended(items: Sequence[int], factor: int, limit: int) -> Steps:
    yield
    found = [each * factor for each in items if each < limit]
    yield found
    yield {each + factor: each for each in items}


def comprehended_under_the_same_name(items: Sequence[int], each: int) -> Steps:
    yield
    found = [each * 2 for each in items]
    yield found
    yield each


def generated(items: Sequence[int], factor: int) -> Steps:
    yield
    yield sum(each * factor for each in items)


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (comprehended, ([1], 2, 3), ["factor items limit", "factor items", ""]),
        (comprehended_under_the_same_name, ([1], 2), ["each items", "each", ""]),
        (generated, ([1], 2), ["factor items", "factor"]),
    ],
)
def test_a_comprehension_reads_what_is_around_it(
    function: Callable[..., Steps], arguments: Sequence[Any], expected: list[str]
) -> None:
    """What a generator expression takes along stays live: it is in a cell."""
    assert live(function, *arguments) == expected


def closed_over(kept: int, unread: int) -> Steps:  # noqa: ARG001
    def read() -> int:
        return kept

    yield
    yield read()
    yield


def changed_from_inside(limit: int) -> Steps:
    count = 0

    def up() -> None:
        nonlocal count
        count += 1

    while count < limit:
        up()
        yield


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (closed_over, (1, 2), ["kept read", "kept", "kept"]),
        (changed_from_inside, (2,), ["count limit up", "count limit up"]),
    ],
)
def test_what_an_inner_function_shares_is_always_live(
    function: Callable[..., Steps], arguments: Sequence[Any], expected: list[str]
) -> None:
    assert live(function, *arguments) == expected


def test_what_a_function_takes_from_outside_is_always_live() -> None:
    outer = 1

    def inner() -> Steps:
        yield outer
        yield

    assert live(inner) == ["outer", "outer"]


def cleaned_up(value: int, log: list[int]) -> Steps:
    try:
        yield value
    finally:
        log.append(value)
    yield log


def handled(risky: str, fallback: str, unread: str) -> Steps:  # noqa: ARG001
    try:
        yield
        int(risky)
    except ValueError:
        yield fallback
    yield


def handled_further_out(fallback: str, ready: str) -> Steps:
    try:
        try:
            yield
        finally:
            yield ready
    except ValueError as error:
        yield f"{error} {fallback}"


def returned_through_finally(value: int, last: list[int]) -> Steps:
    while True:
        try:
            answer = yield
            if answer:
                return value
        finally:
            last.append(1)


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (cleaned_up, (1, []), ["log value", ""]),
        (handled, ("x", "y", "z"), ["fallback risky", "", ""]),
        (handled_further_out, ("x", "y"), ["fallback ready", "fallback"]),
        (returned_through_finally, (1, []), ["last value"]),
    ],
)
def test_what_handles_an_exception_reads_too(
    function: Callable[..., Steps], arguments: Sequence[Any], expected: list[str]
) -> None:
    """A handler is entered from anywhere in its try, also from the yield itself."""
    assert live(function, *arguments) == expected


class Held:
    """A context that does nothing."""

    def __enter__(self) -> int:
        return 1

    def __exit__(self, *_: object) -> None:
        pass


def in_a_context(value: int, after: int) -> Steps:
    with Held() as held:
        yield value
        yield held
    yield after


def test_a_context_reads_nothing_when_it_ends() -> None:
    assert live(in_a_context, 1, 2) == ["after held", "after", ""]


def delegated(outer: int, unread: int) -> Steps:  # noqa: ARG001
    found = yield from counted(2)
    yield found
    yield outer


def test_while_another_generator_is_at_work_its_caller_is_suspended_too() -> None:
    """Each of the two frames has live variables of its own."""
    running: Any = delegated(7, 8)
    next(running)
    assert _live(running) == {"outer"}
    assert _live(running.gi_yieldfrom) == {"left", "total"}
    assert live(delegated, 7, 8) == ["outer", "outer", "outer", "outer", ""]


def test_a_jump_over_more_than_a_byte_is_followed() -> None:
    """A long way is written as two instructions."""
    lines = "\n".join(f"        a{n} = b{n} = c{n} = n" for n in range(200))
    source = f"def steps(n, kept):\n    while n:\n        yield\n{lines}\n        n -= 1\n    yield kept\n"
    scope: dict[str, Any] = {}
    exec(source, scope)  # noqa: S102  # too long to be written out
    assert live(scope["steps"], 2, 3) == ["kept n", "kept n", ""]


def test_a_polling_loop_is_one_state_however_often_it_was_told_to_wait() -> None:
    def program(_clock: object) -> Steps:
        while True:
            found = yield "look"
            if found == "there":
                return "done"
            yield "pause"

    known = Locals(program)
    first = known.start(0)
    waiting = known.next(first, answer := "not yet", 0)
    again = known.next(waiting, None, 0)
    assert (waiting.effect, again.effect) == ("pause", "look")
    assert again is first
    assert known.next(again, answer, 0) is waiting
    assert known.next(again, "there", 0).outcome == "ended: 'done'"


def test_what_is_still_read_tells_two_states_apart() -> None:
    def program(_clock: object) -> Steps:
        first = yield "look"
        yield "pause"
        yield first

    known = Locals(program)
    start = known.start(0)
    one, other = (known.next(start, answer, 0) for answer in ("a", "b"))
    assert one.effect == other.effect == "pause"
    assert one is not other
