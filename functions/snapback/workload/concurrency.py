"""What caps how fast a backlog can drain, so that a slow drain is not a surprise."""

from collections.abc import Sequence

from snapback.model.effects import Call, Step
from snapback.model.evidence import Series, total_since
from snapback.model.source import Source
from snapback.workload.functions import bare_name


def drain_limits(function_name: str, sources: Sequence[Source]) -> Step[list[str]]:
    """One sentence per cap: on the function or else its account, and on each source."""
    answer = yield from Call(
        "lambda", "GetFunctionConcurrency", {"FunctionName": bare_name(function_name)}
    )
    reserved = answer.body.get("ReservedConcurrentExecutions")
    if reserved is not None:
        notes = [
            (
                f"{function_name} has a reserved concurrency of {reserved}: it handles its backlog with "
                "at most that many invocations at once."
            )
        ]
    else:
        notes = yield from _of_account(function_name, sources)
    return notes + [
        f"At most {each.concurrency} invocations at once read {each.arn}: the limit of its mapping."
        for each in sources
        if each.capped
    ]


def _of_account(function_name: str, sources: Sequence[Source]) -> Step[list[str]]:
    """What the account leaves to functions without a reservation, if the sources could use it up."""
    answer = yield from Call("lambda", "GetAccountSettings")
    if not answer.done:
        return [f"Whether the account's concurrency caps the drain is not known ({answer.code})."]
    left = answer.body["AccountLimit"]["UnreservedConcurrentExecutions"]
    wanted = sum(each.concurrency for each in sources if each.active)
    if left >= wanted:
        return []
    return [
        (
            f"{function_name} has no reserved concurrency: it shares the {left} concurrent invocations "
            "that its account and Region leave to functions without one, and its mappings could use "
            f"{wanted}. A large backlog drains no faster than that, and slows those functions down."
        )
    ]


def throttled(function_name: str, series: Series, back: float | None) -> list[str]:
    """One sentence if Lambda turned invocations away in the minutes since the last restore."""
    refused = total_since(series.get("throttles", []), back) if back else 0
    if not refused:
        return []
    return [
        (
            f"Lambda throttled {bare_name(function_name)} {refused:.0f} times in the minutes since the "
            "last restore: the drain hit a concurrency limit."
        )
    ]
