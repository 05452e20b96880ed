"""How much fits between two states and into an error: Step Functions fails what exceeds it.

A size is in bytes of UTF-8, as Step Functions counts.
"""

import json
from collections.abc import Sequence
from typing import Any

BETWEEN_STATES = 240_000
"""Step Functions passes 262,144 bytes; the rest is room for what a state adds."""

IN_A_CAUSE = 30_000
"""Step Functions keeps 32,768 characters of a cause; the rest is Lambda's envelope."""

_LONGEST_PROBLEM = 4_000
"""A problem quotes what was given, however long that is."""

_KEPT_OF_EACH_END = 200

_BETWEEN = len(", ")


def size_of(value: Any) -> int:
    """The bytes of a value of JSON's types."""
    return len(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))


def fitting(
    sentences: Sequence[str], room: int, what: str, most: int | None = None
) -> tuple[str, ...]:
    """As many of the first sentences as fit into so many bytes; the last says how many do not.

    `what` is what it calls them, such as `Warnings`.
    """
    kept: list[str] = []
    used = size_of(_left_out(what, len(sentences))) + _BETWEEN
    for sentence in sentences[:most]:
        used += size_of(sentence) + _BETWEEN
        if used > room:
            break
        kept.append(sentence)
    left = len(sentences) - len(kept)
    return (*kept, _left_out(what, left)) if left else tuple(kept)


def cause(problems: Sequence[str], what: str = "Problems") -> str:
    """The text of an error: one line per problem, as many as fit, then how many do not."""
    return "\n".join(fitting(problems, IN_A_CAUSE, what))


def shortened(problem: str) -> str:
    """A problem that quotes what was given, with the middle of a very long one left out."""
    if size_of(problem) <= _LONGEST_PROBLEM:
        return problem
    return f"{problem[:_KEPT_OF_EACH_END]} … {problem[-_KEPT_OF_EACH_END:]}"


def _left_out(what: str, left: int) -> str:
    return f"{what} that are not shown: {left}."
