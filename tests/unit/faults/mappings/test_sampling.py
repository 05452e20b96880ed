"""A sample shows every target, however many there are, and the queues around them."""

from collections.abc import Mapping
from typing import Any

import pytest

from snapback.faults.mappings.sampling import sample, sources
from snapback.model.effects import Call
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.protocol.contract import Sample
from tests.fakes.answers import DENIED, Answers, answer
from tests.unit.faults.mappings.targets import NEW_UUID, target, unread
from tests.unit.samples import CONFIGS, FUNCTION

EXPERIMENT = Experiment(function_name="orders", own={"event_uuids": "all"})
STREAM = CONFIGS["kinesis"]
PAGE = 100


def stream(number: int, qualifier: str = "", state: str = "Enabled") -> dict[str, Any]:
    """The mapping of one of many streams."""
    return STREAM | {
        "UUID": f"{number:08}-2222-4333-8444-555555555555",
        "EventSourceArn": f"{STREAM['EventSourceArn']}-{number}",
        "FunctionArn": FUNCTION + qualifier,
        "State": state,
    }


def broken(config: Mapping[str, Any], **changes: Any) -> Target:
    return target(config, {}, **({"status": "injected"} | changes))


def lists(*configs: Mapping[str, Any]) -> Answers:
    """Lambda's lists of these mappings, a page at a time: exactly those of the asked qualifier."""

    def listed(params: Mapping[str, Any]) -> dict[str, Any]:
        of_function = [each for each in configs if each["FunctionArn"] == params["FunctionName"]]
        first = int(params.get("Marker", 0))
        more = {"NextMarker": str(first + PAGE)} if first + PAGE < len(of_function) else {}
        return {"EventSourceMappings": of_function[first : first + PAGE], **more}

    return {"ListEventSourceMappings": listed}


def sampled(targets: list[Target], answers: Answers, asked: list[Call] | None = None) -> Sample:
    return answer(sample(targets, EXPERIMENT), answers, asked=asked)


def states(targets: list[Target], answers: Answers) -> list[str]:
    """The state of each target, in their order."""
    seen = sampled(targets, answers).states
    assert set(seen) == {each.key for each in targets}
    return [seen[each.key] for each in targets]


def test_every_one_of_many_targets_is_seen_with_few_calls() -> None:
    asked: list[Call] = []
    configs = [stream(number) for number in range(1000)]
    seen = sampled([broken(each) for each in configs], lists(*configs), asked)
    assert len(seen.states) == 1000
    assert set(seen.states.values()) == {"Enabled"}
    assert len(asked) == 1000 / PAGE


@pytest.mark.parametrize("targets", [19, 20, 21, 60])
def test_the_order_of_the_targets_changes_nothing(targets: int) -> None:
    configs = [stream(number) for number in range(targets)]
    answers = lists(*configs[::2])
    chosen = [broken(each) for each in configs]
    first, later = sampled(chosen, answers), sampled(chosen[::-1], answers)
    assert first.states == later.states
    assert list(first.states.values()).count("absent") == targets // 2


def test_mappings_are_listed_by_the_qualifier_that_they_feed() -> None:
    asked: list[Call] = []
    configs = [stream(0), stream(1, ":live"), stream(2, ":7"), stream(3, ":live", "Disabled")]
    targets = [broken(each) for each in configs]
    assert states(targets, lists(*configs)) == ["Enabled", "Enabled", "Enabled", "Disabled"]
    sampled(targets, lists(*configs), asked)
    functions = [each.params["FunctionName"] for each in asked]
    assert functions == [FUNCTION, FUNCTION + ":7", FUNCTION + ":live"]


def test_a_target_that_no_list_shows_is_absent() -> None:
    gone, there = broken(stream(0)), broken(stream(1, state="Disabled"))
    seen = sampled([gone, there], lists(stream(1, state="Disabled")))
    assert seen.states == {gone.key: "absent", there.key: "Disabled"}
    assert seen.settled


def test_a_target_that_is_back_and_that_no_list_shows_yet_is_neither_absent_nor_at_rest() -> None:
    back = broken(stream(0), status="restored", new_name=NEW_UUID)
    beside = broken(stream(1))
    seen = sampled([back, beside], lists(stream(1)))
    assert seen.states == {back.key: "unknown", beside.key: "Enabled"}
    assert not seen.settled
    shown = sampled([back, beside], lists(stream(0) | {"UUID": NEW_UUID}, stream(1)))
    assert set(shown.states.values()) == {"Enabled"}
    assert shown.settled


@pytest.mark.parametrize("status", ["injecting", "injected", "restoring", "conflict", "abandoned"])
def test_a_target_that_is_not_back_and_that_no_list_shows_is_absent(status: str) -> None:
    seen = sampled([broken(stream(0), status=status)], lists())
    assert (list(seen.states.values()), seen.settled) == (["absent"], True)


def test_what_cannot_be_listed_is_unknown_and_not_settled() -> None:
    known, hidden = stream(0), stream(1, ":live")
    listed = lists(known)["ListEventSourceMappings"]
    assert callable(listed)
    answers: Answers = {
        "ListEventSourceMappings": lambda params: (
            DENIED if params["FunctionName"].endswith(":live") else listed(params)
        )
    }
    targets = [broken(known), broken(hidden)]
    assert states(targets, answers) == ["Enabled", "unknown"]
    assert not sampled(targets, answers).settled


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("captured", ""),
        ("injecting", ""),
        ("injected", ""),
        ("restoring", ""),
        ("restored", NEW_UUID),
        ("conflict", ""),
        ("abandoned", ""),
        ("skipped", ""),
    ],
)
def test_a_target_in_any_state_is_seen_by_its_present_name(status: str, name: str) -> None:
    was = broken(stream(0), status=status, new_name=name)
    now = stream(0) | ({"UUID": name} if name else {})
    assert states([was], lists(now, stream(1))) == ["Enabled"]


def test_a_target_that_was_never_captured_is_unknown() -> None:
    assert states([unread(stream(0)), broken(stream(1))], lists(stream(1))) == [
        "unknown",
        "Enabled",
    ]


@pytest.mark.parametrize(
    ("found", "settled"),
    [
        (["Enabled", "Disabled"], True),
        (["Enabled", "Creating"], False),
        (["Enabling"], False),
        (["Disabling"], False),
        (["Updating"], False),
        (["Deleting"], False),
    ],
)
def test_a_sample_is_settled_when_every_mapping_is(found: list[str], *, settled: bool) -> None:
    configs = [stream(number, state=state) for number, state in enumerate(found)]
    assert sampled([broken(each) for each in configs], lists(*configs)).settled is settled


def test_the_depth_of_a_queue_that_a_target_reads_is_part_of_the_sample() -> None:
    answers = {
        **lists(CONFIGS["sqs"]),
        "GetQueueUrl": {"QueueUrl": "url"},
        "GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "4"}},
    }
    signals = sampled([broken(CONFIGS["sqs"])], answers).signals
    counts = {"visible": 4, "in_flight": 0, "delayed": 0}
    assert signals["queues"] == {CONFIGS["sqs"]["EventSourceArn"]: counts}
    assert set(signals) == {"queues", "dead_letters", "destinations"}


def test_a_source_is_known_of_every_target_that_was_captured() -> None:
    found = answer(sources([broken(CONFIGS["sqs"]), unread(), broken(STREAM)]), {})
    assert [each.kind for each in found] == ["sqs", "kinesis"]
