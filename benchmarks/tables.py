"""Tables in Markdown, and numbers as they stand in them."""

from collections.abc import Iterable, Sequence

NOTHING = "-"

_LEAST_SHOWN = 0.0001


def table(head: Sequence[str], rows: Iterable[Sequence[object]], words: int = 1) -> str:
    """A table; all but the first columns, which hold words, stand at the right."""
    body = [[cell(each) for each in row] for row in rows]
    aligned = ["---"] * words + ["---:"] * (len(head) - words)
    return "".join(f"| {' | '.join(line)} |\n" for line in [head, aligned, *body])


def cell(value: object) -> str:
    """A value as it is shown; None is nothing."""
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def amount(units: float) -> str:
    """How much of something, with three digits where it is little."""
    return f"{units:,.0f}" if units >= 100 else f"{units:,.3g}"  # noqa: PLR2004  # three digits


def money(dollars: float) -> str:
    """An amount of dollars that may be very small."""
    if dollars >= 1:
        return f"${dollars:,.2f}"
    return f"${dollars:.4f}" if dollars >= _LEAST_SHOWN else f"<${_LEAST_SHOWN}"


def each_costs(dollars: float) -> str:
    """A price, with all its digits."""
    return f"{dollars:.10f}".rstrip("0").rstrip(".")
