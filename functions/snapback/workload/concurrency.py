"""What caps how fast a backlog can drain, so that a slow drain is not a surprise."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from snapback.faults.mappings.mapping import source_of
from snapback.model.effects import Call, Step
from snapback.model.evidence import total_since
from snapback.model.records import Target
from snapback.workload.metrics import Series, bare_name
from snapback.workload.queues import configs_of

QUEUE_CONCURRENCY = 1_000
"""What one mapping of a queue may grow to, give or take, where no maximum is set on it."""


def drain_limits(function_name: str, targets: Iterable[Target]) -> Step[list[str]]:
    """One sentence per cap: on the function or else its account, and on each mapping."""
    configs = configs_of(targets)
    answer = yield from Call(
        "lambda", "GetFunctionConcurrency", {"FunctionName": bare_name(function_name)}
    )
    reserved = answer.body.get("ReservedConcurrentExecutions")
    if reserved is not None:
        notes = [
            (
                f"{function_name} has a reserved concurrency of {reserved}: no more than that many "
                "invocations at once handle its backlog."
            )
        ]
    else:
        notes = yield from _of_account(function_name, configs)
    return notes + [
        f"At most {most} invocations at once read {config['EventSourceArn']}: its mapping's limit."
        for config in configs
        if (most := _maximum(config)) is not None
    ]


def _of_account(function_name: str, configs: Sequence[Mapping[str, Any]]) -> Step[list[str]]:
    """What the account leaves to functions without a reservation, if the mappings could use it up."""
    answer = yield from Call("lambda", "GetAccountSettings")
    if not answer.done:
        return [f"Whether the account's concurrency caps the drain is not known ({answer.code})."]
    left = answer.body["AccountLimit"]["UnreservedConcurrentExecutions"]
    wanted = sum(map(_concurrency, configs))
    if left >= wanted:
        return []
    return [
        (
            f"{function_name} has no reserved concurrency: it shares the {left} concurrent invocations "
            "that its account and Region leave to functions without one, and its mappings could use "
            f"{wanted}. A large backlog is handled no faster than that, and slows those functions down."
        )
    ]


def _concurrency(config: Mapping[str, Any]) -> int:
    """How many invocations at once a mapping could cause; of a stream for one shard or partition."""
    if config.get("State") == "Disabled":
        return 0
    most = _maximum(config)
    if most is not None:
        return most
    if source_of(config) == "sqs":
        return QUEUE_CONCURRENCY
    return int(config.get("ParallelizationFactor", 1))


def _maximum(config: Mapping[str, Any]) -> int | None:
    most = config.get("ScalingConfig", {}).get("MaximumConcurrency")
    return None if most is None else int(most)


def throttled(function_name: str, series: Series, back: float | None) -> list[str]:
    """One sentence if Lambda turned invocations away in the minutes since the last restore."""
    refused = total_since(series.get("throttles", []), back) if back else 0
    if not refused:
        return []
    return [
        (
            f"Lambda throttled {bare_name(function_name)} {refused:.0f} times in the minutes since the "
            "last restore: the drain met a limit of concurrency."
        )
    ]
