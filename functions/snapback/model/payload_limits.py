"""How much fits between two states and into an error: Step Functions ends what passes more.

A size is in bytes of UTF-8, as Step Functions counts.
"""

import json
from collections.abc import Sequence
from typing import Any

BETWEEN_STATES = 240_000
"""Step Functions passes 262,144 bytes; the rest is room for what a state adds of its own."""

IN_A_CAUSE = 30_000
"""Step Functions keeps 32,768 characters of a cause; the rest is Lambda's envelope."""

_LONGEST_PROBLEM = 4_000
"""A problem quotes what was given, however long that is."""

_BETWEEN = len(", ")


def size_of(value: Any) -> int:
    """The bytes of a value of JSON's types."""
    return len(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))


def fitting(
    sentences: Sequence[str], room: int, what: str, most: int | None = None
) -> tuple[str, ...]:
    """The first sentences, as many as fit into so many bytes; the last says how many do not.

    `what` is their name in it, such as `Warnings`.
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


def cause(problems: Sequence[str]) -> str:
    """The text of an error, a line each problem."""
    return "\n".join(fitting(list(map(_cut, problems)), IN_A_CAUSE, "Problems"))


def _cut(problem: str) -> str:
    if size_of(problem) <= _LONGEST_PROBLEM:
        return problem
    half = _LONGEST_PROBLEM // 20
    return f"{problem[:half]} … {problem[-half:]}"


def _left_out(what: str, left: int) -> str:
    return f"{what} that are not shown: {left}."
