"""A hundred mappings behind the 15 requests a second that Lambda grants an account."""

from typing import Any

import pytest

from snapback.model.experiment import Experiment
from snapback.model.timings import Timings
from snapback.protocol.contract import Chosen
from snapback.rescue.restoration import Batch, restore_batch
from snapback.run.handover import hand_over
from snapback.run.preparation import Asked, snapshot_targets
from snapback.run.window import Consent, inject_batch
from tests.fakes.crowd import Crowd
from tests.fakes.mappings import ARN, Source, uuid_of
from tests.fakes.quota import Quota
from tests.fakes.values import number_of

TIMINGS = Timings()
TARGETS = 100
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:queue-"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/stream-"


def mapping(number: int, source: str) -> Source:
    start = {"StartingPosition": "TRIM_HORIZON"} if source == STREAM else {}
    request = {"EventSourceArn": f"{source}{number}", "FunctionName": f"{ARN}function:orders"}
    return Source(uuid_of(number), "Enabled", number_of({**request, **start}), progress="OK")


def keys(crowd: Crowd) -> set[str]:
    """What is there now."""
    return {each.key for each in crowd.sources}


def prepared(source: str, seed: int, **asked_for: Any) -> tuple[Crowd, list[int]]:
    """A crowd whose experiment is captured, and its batches."""
    crowd = Crowd(tuple(mapping(number, source) for number in range(TARGETS)), seed)
    experiment = Experiment(function_name="orders", own={"event_uuids": "all"}, **asked_for)
    chosen = [Chosen(each.uuid, each.key, {}) for each in crowd.sources]
    asked = Asked("run", "arn", **hand_over(experiment.stored(), chosen, ()))
    seconds = TIMINGS.snapshot_targets_function_seconds
    [made] = crowd.run([snapshot_targets(asked, crowd.attempt("snapshot", seconds))], seconds)
    assert made.error is None, made.error
    return crowd, made.result["batches"]


def injected(crowd: Crowd, batches: list[int], number: int = 0) -> list[Exception]:
    """Break every batch of a round at once, long after the capture; answers what went wrong."""
    crowd.now += 600
    seconds = TIMINGS.inject_fault_function_seconds
    steps = [
        inject_batch(
            "run", number, each, Consent("switch"), crowd.attempt(f"{number}/{each}", seconds)
        )
        for each in batches
    ]
    return [each.error for each in crowd.run(steps, seconds) if each.error]


def restored(crowd: Crowd, batches: list[int], number: int) -> list[Exception]:
    """Put every batch back at once; answers what went wrong."""
    seconds = TIMINGS.restore_targets_function_seconds
    steps = [
        restore_batch(
            Batch("run", each, failed=False, round=number),
            crowd.attempt(f"restore/{number}/{each}", seconds),
        )
        for each in batches
    ]
    return [each.error for each in crowd.run(steps, seconds) if each.error]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("source", [QUEUE, STREAM])
def test_a_hundred_targets_are_captured_again_and_broken(source: str, seed: int) -> None:
    crowd, batches = prepared(source, seed)
    assert injected(crowd, batches) == []
    assert keys(crowd) == set()
    assert crowd.quota.refused > 0


@pytest.mark.parametrize("seed", range(3))
def test_a_hundred_targets_go_through_two_cycles(seed: int) -> None:
    crowd, batches = prepared(QUEUE, seed, cycles=2)
    for number in range(2):
        assert injected(crowd, batches, number) == []
        assert keys(crowd) == set()
        assert restored(crowd, batches, number) == []
        assert len(keys(crowd)) == TARGETS


def test_a_quota_that_others_use_up_is_no_fault_of_the_targets() -> None:
    crowd, batches = prepared(QUEUE, seed=1)
    before = crowd.sources
    crowd.quota = Quota(per_second=0, burst=0)
    problems = injected(crowd, batches)
    assert {type(each) for each in problems} == {TimeoutError}
    assert "lambda:ListEventSourceMappings was throttled to the end" in str(problems[0])
    assert crowd.sources == before
