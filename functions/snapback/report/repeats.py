"""What Snapback can and cannot know of records that were handled again; pure."""

from snapback.model.evidence import Series, total_since


def repeats(series: Series, back: float | None) -> list[str]:
    """One sentence on whether handling records again did harm, for a run that broke anything."""
    if back is None:
        return []
    invoked = total_since(series.get("invocations", []), back)
    errors = total_since(series.get("errors", []), back)
    counted = (
        f"in the minutes since the last restore it was invoked {invoked:.0f} times, with "
        f"{errors:.0f} errors"
        if series.get("invocations")
        else "CloudWatch had no count of its invocations yet"
    )
    unseen = (
        "Whether handling records again did harm, only the function's own data can tell: Snapback "
        "knows where reading resumed, but sees no records"
    )
    return [f"{unseen}; {counted}."]
