"""Tables in Markdown, and numbers as they stand in them."""

from collections.abc import Iterable, Sequence

NOTHING = "-"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; what is not a word stands at the right."""
    body = [[cell(each) for each in row] for row in rows]
    lines = [head, ["---", *("---:" for _ in head[1:])], *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(value: object) -> str:
    """A value as it is shown; None is nothing."""
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def money(dollars: float) -> str:
    """An amount that may be very small."""
    return f"${dollars:,.2f}" if dollars >= 1 else f"${dollars:.4f}"
