"""What Snapback can and cannot know of records that were handled again; pure."""

from snapback.model.evidence import total_since
from snapback.workload.metrics import Series


def repeats(series: Series, back: float | None) -> list[str]:
    """One sentence on whether handling records again was harmless, for a run that touched anything."""
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
        "Whether records that were handled again did no harm is for the function's own data to "
        "tell: Snapback knows where each mapping resumed and sees no records"
    )
    return [f"{unseen}; {counted}."]
