from typing import Any

import pytest

from snapback.model.source import Source
from snapback.workload.concurrency import drain_limits, throttled
from snapback.workload.sources import source
from tests.fakes.answers import answer, refused
from tests.unit.samples import CONFIGS


def reads(kind: str = "sqs", **config: Any) -> Source:
    """What a mapping reads."""
    return source({**CONFIGS[kind], **config})


def test_what_caps_the_drain_is_said() -> None:
    limited = reads(ScalingConfig={"MaximumConcurrency": 2})
    answers = {"GetFunctionConcurrency": {"ReservedConcurrentExecutions": 5}}
    [reserved, own] = answer(drain_limits("orders", [limited]), answers)
    assert "a reserved concurrency of 5" in reserved
    assert "At most 2 invocations at once" in own


@pytest.mark.parametrize(
    ("sources", "left", "said"),
    [
        ([reads()], 999, "shares the 999 concurrent invocations"),
        ([reads()], 1000, ""),
        ([reads(), reads()], 1000, "its mappings could use 2000"),
        ([reads("fifo"), reads("kinesis", ParallelizationFactor=8)], 10, ""),
        ([reads("fifo"), reads("kinesis", ParallelizationFactor=8)], 9, "could use 10"),
        ([], 10, ""),
        ([reads()], None, "is not known (AccessDeniedException)"),
    ],
)
def test_an_account_that_caps_the_drain_is_said_once(
    sources: list[Source], left: int | None, said: str
) -> None:
    account = {"AccountLimit": {"UnreservedConcurrentExecutions": left}} if left else refused()
    answers: dict[str, Any] = {"GetFunctionConcurrency": {}, "GetAccountSettings": account}
    notes = [n for n in answer(drain_limits("orders", sources), answers) if "At most" not in n]
    assert len(notes) == (1 if said else 0)
    assert said in "".join(notes)


@pytest.mark.parametrize(
    ("back", "said"), [(130.0, "throttled orders 5 times"), (180.0, ""), (None, "")]
)
def test_throttles_after_the_restore_are_said(back: float | None, said: str) -> None:
    points = [{"at": 60.0, "value": 9.0}, {"at": 120.0, "value": 5.0}, {"at": 180.0, "value": 0.0}]
    assert said in "".join(throttled("orders:live", {"throttles": points}, back))
    assert len(throttled("orders", {"throttles": points}, back)) == (1 if said else 0)
