"""What caps how fast a backlog can drain, so that a slow drain is not a surprise."""

from collections.abc import Iterable

from snapback.effects import Answer, Call, Step
from snapback.records import Target
from snapback.signals import bare_name


def drain_limits(function_name: str, targets: Iterable[Target]) -> Step[list[str]]:
    """One sentence per cap: the function's reserved concurrency, and each mapping's own maximum."""
    answer: Answer = yield Call(
        "lambda", "GetFunctionConcurrency", {"FunctionName": bare_name(function_name)}
    )
    reserved = answer.body.get("ReservedConcurrentExecutions")
    notes = []
    if reserved is not None:
        notes.append(
            f"{function_name} has a reserved concurrency of {reserved}: no more than that many "
            "invocations at once handle its backlog."
        )
    for target in targets:
        config = target.snapshot.get("config", {})
        most = config.get("ScalingConfig", {}).get("MaximumConcurrency")
        if most is not None:
            source = config["EventSourceArn"]
            notes.append(f"At most {most} invocations at once read {source}: its mapping's limit.")
    return notes
