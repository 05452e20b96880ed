import json
import shlex
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapback.faults.mappings.mapping import key_of
from snapback.model.expectations import ProbeStaysUp
from snapback.model.experiment import Experiment
from snapback.model.payload_limits import IN_A_CAUSE, size_of
from snapback.model.records import Meta, Snapshot, Target, Turn
from snapback.report.document import LARGEST_OUTPUT_BYTES, Failure, build, failure_of, short
from snapback.rescue.not_back import by_hand
from tests.unit.samples import CONFIGS, REQUESTS

EQUAL = {"equal": True, "differences": {}}
UNEQUAL = {"equal": False, "differences": {"BatchSize": {"before": 5, "after": 6}}}
KEY = key_of(CONFIGS["sqs"])
META = Meta("run", "restoring", "arn", Experiment(function_name="orders"), deadline=0)


def captured(request: Any = None) -> Snapshot:
    return Snapshot(document={"config": CONFIGS["sqs"]}, undo=request or REQUESTS["sqs"])


def target(status: str = "restored", **changes: Any) -> Target:
    values: dict[str, Any] = {"snapshot": captured()}
    values |= {"verification": EQUAL} if status == "restored" else {}
    return Target(experiment_id="run", key=KEY, name="old", status=status, **(values | changes))


def judged(*targets: Target, original: dict[str, str] | None = None) -> Failure | None:
    return failure_of(META, targets, original)


@pytest.mark.parametrize(
    ("targets", "error", "part"),
    [
        ([target()], None, ""),
        ([target("skipped")], None, ""),
        ([], None, ""),
        ([target(), target("restoring", reason="busy")], "TargetsNotRestored", "old is restoring"),
        ([target("injecting")], "TargetsNotRestored", "By hand: aws lambda create-event-source"),
        ([target(verification=UNEQUAL, new_name="new")], "TargetsDiffer", "new (was old) is not"),
        ([target(verification={})], "TargetsDiffer", "it could not be verified"),
        ([target("conflict", reason="a stranger")], "TargetsDiffer", "old: a stranger. The recor"),
        ([target("conflict"), target("injected")], "TargetsNotRestored", "old is injected"),
    ],
)
def test_the_first_promise_that_was_not_kept_is_the_error(
    targets: list[Target], error: str | None, part: str
) -> None:
    failure = judged(*targets)
    assert (failure.error if failure else None) == error
    assert part in (failure.cause if failure else "")


@pytest.mark.parametrize(
    ("status", "lines"), [("restored", 1), ("skipped", 1), ("restoring", 2), ("reserved", 2)]
)
def test_the_original_error_comes_first_and_then_what_is_not_back(status: str, lines: int) -> None:
    original = {"Error": "ZeroDivisionError", "Cause": "surprise"}
    failure = judged(target(status), original=original)
    assert failure
    assert failure.error == "ZeroDivisionError"
    assert failure.cause.startswith("surprise")
    assert len(failure.cause.splitlines()) == lines


def test_a_target_that_was_only_reserved_is_reported_though_nothing_is_known_of_it() -> None:
    reserved = Target(experiment_id="run", key=KEY, name="old", status="reserved")
    failure = judged(reserved)
    assert failure
    assert failure.cause == "old is reserved: it was not touched"
    assert build(META, [reserved], [], {}, failure)["status"] == "unknown"


def test_a_cause_is_no_longer_than_step_functions_keeps() -> None:
    failure = judged(*[target("restoring")] * 1000)
    assert failure
    assert size_of(failure.cause) <= IN_A_CAUSE
    lines = failure.cause.splitlines()
    assert lines[-1] == f"Targets that are not shown: {1000 - len(lines) + 1}."


@pytest.mark.parametrize(
    ("targets", "original", "status"),
    [
        ([target()], None, "held"),
        ([target("skipped"), target()], None, "held"),
        ([target()], {"Error": "Surprise"}, "failed"),
        ([target(verification=UNEQUAL)], None, "deviated"),
        ([target(), target("conflict")], None, "deviated"),
        ([target(verification={})], None, "unknown"),
        ([target("restoring")], None, "unknown"),
    ],
)
def test_every_report_has_a_status(
    targets: list[Target], original: dict[str, str] | None, status: str
) -> None:
    failure = judged(*targets, original=original)
    assert build(META, targets, [], {}, failure)["status"] == status


def test_what_an_earlier_cycle_restored_is_not_taken_for_untouched() -> None:
    earlier = Turn(name="a", new_name="b", broken_at=5, restored_at=9)
    untouched, later = target("skipped"), target("skipped", history=(earlier,))
    assert judged(untouched) is None
    failure = judged(replace(later, verification={}))
    assert failure is not None
    assert failure.error == "TargetsDiffer"
    assert judged(replace(later, verification={"equal": True})) is None


def test_a_report_tells_an_endpoint_without_its_query() -> None:
    url = "https://shop.example/health"
    secret = Experiment(function_name="orders", expect=[ProbeStaysUp(url=f"{url}?token=secret")])
    report = build(replace(META, experiment=secret), [target()], [], {}, None)
    assert report["experiment"]["expect"][0]["url"] == url
    assert "secret" not in json.dumps(report)


def test_a_report_counts_its_targets() -> None:
    targets = [target(), target("conflict"), target("skipped")]
    counts = build(META, targets, [], {}, None)["counts"]
    assert counts == {"targets": 3, "verified": 2, "restored": 1, "conflict": 1, "skipped": 1}


@given(st.recursive(st.text() | st.integers(), st.lists, max_leaves=5))
def test_the_command_by_hand_survives_a_shell(value: Any) -> None:
    hostile = {"it's $(rm -rf /)": "`x` \\ \n"}
    request = {**REQUESTS["sqs"], "FilterCriteria": value, "Tags": hostile}
    words = shlex.split(by_hand(META, target(snapshot=captured(request))))
    assert words[:3] == ["aws", "lambda", "create-event-source-mapping"]
    assert words[3:6] == ["--region", "eu-west-1", "--cli-input-json"]
    assert [json.loads(word) for word in words[6:]] == [request]


def report_of(targets: int, samples: int, points: int) -> dict[str, Any]:
    sample = {"at": 1.0, "phase": "during", "states": {"k" * 50: "Enabled"}, "queues": {}}
    series = {"errors": [{"at": 1.0, "value": 2.0}] * points}
    return build(META, [target()] * targets, [sample] * samples, series, None)


@pytest.mark.parametrize(
    ("sizes", "left_out"),
    [
        ((1, 1, 1), None),
        ((1, 1, 10_000), ["series"]),
        ((1, 3_000, 1), ["series", "samples"]),
        ((1_000, 3_000, 10_000), ["series", "samples", "repair", "targets"]),
    ],
)
def test_a_report_is_cut_until_it_fits_and_says_what_is_missing(
    sizes: tuple[int, int, int], left_out: list[str] | None
) -> None:
    output = short(report_of(*sizes))
    assert output.get("left_out") == left_out
    assert len(json.dumps(output).encode()) <= LARGEST_OUTPUT_BYTES + 100
    assert output["counts"]["targets"] == sizes[0]
    assert output["status"] == "held"


def test_what_a_report_lacks_already_is_not_named_as_left_out() -> None:
    report = report_of(1_000, 1, 1)
    output = short({part: each for part, each in report.items() if part != "samples"})
    assert output["left_out"] == ["series", "repair", "targets"]


def test_a_report_says_who_asked_for_it_as_it_was_given() -> None:
    asked = Experiment(function_name="orders", requested_by="Ada, for CHG-7")
    report = build(replace(META, experiment=asked), [target()], [], {}, None)
    assert report["experiment"]["requested_by"] == "Ada, for CHG-7"
