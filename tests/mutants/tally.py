"""What a session found, for people and for machines."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tests.mutants.every import Mutant
from tests.mutants.session import Result

ENOUGH = 0.95
"""The share of mutants that the tests must kill."""

_COLUMNS = ("killed", "timed out", "survived", "equivalent")


def share(results: Iterable[Result]) -> float | None:
    """How much of what can be killed is killed; None if nothing was judged."""
    counts = Counter[str](each.outcome for each in results)
    killed = counts["killed"] + counts["timed out"]
    judged = killed + counts["survived"]
    return killed / judged if judged else None


def conclusion(results: Sequence[Result], *, seed: int, possible: int, drawn: int) -> str:
    """What is printed at the end: every survivor, what is equivalent, and the counts of each room."""
    named = [
        f"{outcome}: {each.mutant}{_unmet(each)}"
        for outcome in ("survived", "equivalent")
        for each in results
        if each.outcome == outcome
    ]
    judged = f"{len(results)} of {drawn} mutants are judged, drawn from {possible} by seed {seed}"
    return "\n".join(["", *named, "", table(results), "", judged])


def _unmet(result: Result) -> str:
    count = sum(len(each.names) for each in result.unmet)
    return f" ({count} tests had no time to meet it)" if count else ""


def table(results: Sequence[Result]) -> str:
    """One line a room and one for all of them."""
    rooms = sorted({each.mutant.room for each in results})
    rows = [(room, [each for each in results if each.mutant.room == room]) for room in rooms]
    width = max(map(len, [*rooms, "total"]))
    head = f"{'':{width}}  " + "  ".join(f"{name:>10}" for name in (*_COLUMNS, "share"))
    return "\n".join([head, *(_row(name, of, width) for name, of in [*rows, ("total", results)])])


def _row(name: str, results: Sequence[Result], width: int) -> str:
    counts = Counter[str](each.outcome for each in results)
    cells = [str(counts[column]) for column in _COLUMNS]
    return f"{name:{width}}  " + "  ".join(f"{cell:>10}" for cell in [*cells, _percent(results)])


def _percent(results: Sequence[Result]) -> str:
    found = share(results)
    return "-" if found is None else f"{found:.0%}"


def possible(every: Iterable[Mutant]) -> str:
    """How many mutants each module has."""
    counts = Counter(each.path for each in every)
    lines = [f"{count:6}  {path}" for path, count in sorted(counts.items())]
    return "\n".join([*lines, f"{counts.total():6}  total"])


def document(results: Sequence[Result], **about: Any) -> dict[str, Any]:
    """Everything, of JSON types."""
    return {
        **about,
        "share": share(results),
        "mutants": [
            {
                "path": each.mutant.path,
                "line": each.mutant.line,
                "function": each.mutant.place.function,
                "before": each.mutant.before,
                "after": each.mutant.after,
                "outcome": each.outcome,
                "tier": each.tier,
                "by": each.by,
                "seconds": round(each.seconds, 1),
                "unmet": [name for of_tier in each.unmet for name in of_tier.names],
            }
            for each in results
        ],
    }
