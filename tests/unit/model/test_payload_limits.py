"""What must fit between two states, or into an error, is cut and says what was left out."""

import pytest

from snapback.model.payload_limits import IN_A_CAUSE, cause, fitting, shortened, size_of

LEFT_OUT = len('"Warnings that are not shown: 3."') + len(", ")
"""The bytes of the last sentence, which are kept free."""


@pytest.mark.parametrize(
    ("value", "size"),
    [("", 2), ("abc", 5), ("ü", 4), ("\ud800", 5), ({"a": [1, None]}, 16)],
    ids=ascii,
)
def test_a_size_is_in_bytes_as_step_functions_counts_them(value: object, size: int) -> None:
    assert size_of(value) == size


@pytest.mark.parametrize(
    ("room", "shown"),
    [(LEFT_OUT + 3 * 7, 3), (LEFT_OUT + 3 * 7 - 1, 2), (LEFT_OUT + 7, 1), (LEFT_OUT + 6, 0)],
)
def test_as_many_sentences_are_kept_as_fit(room: int, shown: int) -> None:
    sentences = ["one", "two", "six"]
    kept = fitting(sentences, room, "Warnings")
    left = 3 - shown
    told = (f"Warnings that are not shown: {left}.",) if left else ()
    assert kept == (*sentences[:shown], *told)


def test_no_more_sentences_are_kept_than_asked_for() -> None:
    assert fitting(["one", "two"], 1000, "Warnings", most=1) == (
        "one",
        "Warnings that are not shown: 1.",
    )


def test_a_cause_has_a_line_for_each_problem_and_fits() -> None:
    assert cause(["one", "two"]) == "one\ntwo"
    long = cause(["x" * 9_000] * 4)
    assert long.splitlines()[-1] == "Problems that are not shown: 1."
    assert size_of(long) < IN_A_CAUSE == 30_000


@pytest.mark.parametrize("length", [3_998, 3_999])
def test_the_middle_of_a_very_long_problem_is_left_out(length: int) -> None:
    problem = "".join(chr(ord("a") + n % 26) for n in range(length))
    expected = problem if length == 3_998 else f"{problem[:200]} … {problem[-200:]}"
    assert shortened(problem) == expected
