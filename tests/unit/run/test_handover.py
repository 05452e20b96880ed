"""What passes between the states fits, for the longest names that are legal and the most targets."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from typing import Any

import pytest

from snapback.faults.mappings.mapping import LONGEST_KEY_BYTES, key_of
from snapback.model.effects import Answer, Document
from snapback.model.errors import InvalidExperiment, TargetsChanged
from snapback.model.expectations import MetricHolds
from snapback.model.experiment import Experiment
from snapback.model.findings import MOST_WARNING_BYTES, Findings, capped
from snapback.model.payload_limits import (
    BETWEEN_STATES,
    IN_A_CAUSE,
    cause,
    fitting,
    shortened,
    size_of,
)
from snapback.model.records import lock_key, snapshot_key, target_key
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Chosen
from snapback.run.handover import Named, hand_over, receive, too_large
from snapback.run.preparation import Asked, snapshot_targets
from snapback.run.rounds import EVENT_LIMIT, history_events, lay_out
from tests.fakes.answers import GONE, Answers, answer, ok
from tests.unit.proof_account import NOW, QUEUE, account, function, mapping, validated

FAULT = "delete-mappings"
STEP_FUNCTIONS_BYTES = 262_144
MOST_TARGETS = 1000
NAME = "f" * 64
FUNCTION = f"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:{NAME}:{'a' * 128}"
ROLE = f"arn:aws-us-gov:iam::123456789012:role/{'p' * 511}/{'r' * 64}"
FILTERS = {"Filters": [{"Pattern": '{"' * 2048}]}


def uuid_of(number: int) -> str:
    """A UUID for each target."""
    return f"{number:08d}-1111-4111-8111-111111111111"


def longest(number: int) -> dict[str, Any]:
    """A mapping of one's own Kafka with the longest names: ten brokers and a topic."""
    brokers = [f"{broker}{number:04d}{'b' * 290}:9092" for broker in range(10)]
    return mapping(
        "",
        UUID=uuid_of(number),
        FunctionArn=FUNCTION,
        SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": brokers}},
        Topics=["t" * 249],
        SourceAccessConfigurations=[{"Type": "VPC_SUBNET", "URI": f"subnet:{number}{'s' * 180}"}],
    )


def chosen(config: Document) -> Chosen:
    """A mapping as validation chose it."""
    return Chosen(str(config["UUID"]), key_of(config), config)


CONFIGS = [longest(number) for number in range(MOST_TARGETS)]
ASKED: dict[str, Any] = {
    "function_name": FUNCTION,
    "event_uuids": [each["UUID"] for each in CONFIGS],
    "assume_role_arn": ROLE,
    "stop_alarms": [f"{number:03d}" + "é" * 252 for number in range(100)],
    "expect": [
        asdict(
            MetricHolds(
                namespace="n" * 255,
                name="m" * 255,
                dimensions={"FunctionName": "f" * 64},
                comparison="<",
                threshold=1,
            )
        )
    ]
    * 50,
}


def handed() -> dict[str, Any]:
    """What Validate experiment passes on of all of them, each with a warning of its own."""
    answers = account(*CONFIGS, DescribeSubnets=Answer(code="UnauthorizedOperation", status=403))
    answers |= {
        "GetFunction": ok(Configuration=function(FunctionArn=FUNCTION)),
        "DescribeAlarms": ok(
            MetricAlarms=[{"AlarmName": name, "StateValue": "OK"} for name in ASKED["stop_alarms"]]
        ),
    }
    return validated(answers, **ASKED)


def test_the_most_targets_with_the_longest_names_and_warnings_reach_the_next_state() -> None:
    passed = handed()
    assert len(passed["targets"]) == MOST_TARGETS
    assert passed["warnings"][-1].startswith("Warnings that are not shown: ")
    assert size_of(passed["targets"]) < 90_000
    assert size_of(passed) < BETWEEN_STATES < STEP_FUNCTIONS_BYTES


def test_warnings_are_bounded_by_their_size() -> None:
    found = capped(Findings(warnings=tuple(f"{number}{'w' * 4000}" for number in range(50))))
    assert size_of(found.warnings) <= MOST_WARNING_BYTES
    assert found.warnings[-1] == "Warnings that are not shown: 43."


def asking(targets: int, room_taken: int) -> dict[str, Any]:
    """What is passed on of so many targets that are named, and asked so much of."""
    asked = {
        "event_uuids": [each["UUID"] for each in CONFIGS[:targets]],
        "expect": [{"type": "endpoint_healthy", "url": "https://" + "x" * room_taken}],
    }
    return hand_over(asked, map(chosen, CONFIGS[:targets]), [])


def test_a_request_that_would_not_fit_is_refused_with_its_size() -> None:
    problem = too_large(asking(2, 250_000))
    assert "input: with all that is asked of them, 2 targets take 250" in problem
    assert problem.endswith("can be given; name fewer alarms or expectations")
    assert too_large(hand_over({}, map(chosen, CONFIGS), [])) == ""


@pytest.mark.parametrize("room_taken", [150_000, 180_000, 239_700])
def test_of_targets_that_do_not_fit_it_is_said_how_many_would(room_taken: int) -> None:
    problem = too_large(asking(MOST_TARGETS, room_taken))
    found = re.search(r"choose at most (\d+), or name fewer alarms or expectations$", problem)
    assert found, problem
    most = int(found[1])
    assert 0 < most < MOST_TARGETS
    assert too_large(asking(most, room_taken)) == ""
    assert too_large(asking(most + 1, room_taken)) != ""


def shapes() -> Iterator[tuple[Experiment, int]]:
    """The largest experiments whose history is allowed."""
    sequences, counts = ("parallel", "serial", "rolling"), (1, 40, 100, 200, 400, 480, 1000)
    for sequence, cycles, targets in product(sequences, (1, 5, 10, 20, 30, 33, 100), counts):
        asked: Any = {"sequence": sequence, "cycles": cycles, "total_chaos_duration": 1}
        experiment = Experiment(function_name="f", **asked)
        if history_events(experiment, targets, Timings()) <= EVENT_LIMIT:
            yield experiment, targets


def test_the_rounds_of_the_largest_experiments_are_small() -> None:
    sizes = []
    for experiment, targets in shapes():
        laid_out = lay_out(experiment, targets, Timings())
        rounds = [asdict(each) for each in laid_out.rounds]
        sizes.append(size_of([rounds, laid_out.batches]))
        assert max(len(each.batches) for each in laid_out.rounds) <= 40
    assert max(sizes) < 50_000


def planned(handed: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """What a dry run answers of what validation handed over."""
    asked = Asked(
        "run",
        "arn",
        {**handed["experiment"], "dry_run": True},
        handed["targets"],
        handed["warnings"],
    )
    attempt = Attempt("me", NOW + 120, Timings(), lambda: NOW)
    return answer(snapshot_targets(asked, attempt), answers)


def test_a_dry_run_of_the_most_targets_answers_as_much_of_its_plan_as_fits() -> None:
    passed = handed()
    answers = account(
        *[each | {"FilterCriteria": FILTERS} for each in CONFIGS],
        ListEventSourceMappings=ok(EventSourceMappings=[]),
    )
    result = planned(passed, answers)
    assert size_of(result) < BETWEEN_STATES + 1000
    said = result["report"]["plan"]
    assert [each for each in said if each.startswith("Sentences that are not shown: ")]
    assert said[-1] == "Warning: " + passed["warnings"][-1]


def test_a_dry_run_that_fits_leaves_nothing_out() -> None:
    result = planned(validated(account()), account())
    assert not [each for each in result["report"]["plan"] if "not shown" in each]


def test_what_was_ignored_of_a_request_is_a_warning_of_the_plan() -> None:
    result = planned(validated(account(), LIB_IMAGE="go-runner", INSTANCE_ID=""), account())
    assert (
        result["report"]["plan"][-1]
        == "Warning: LIB_IMAGE was ignored: nothing runs in a container."
    )


@pytest.mark.parametrize(
    "config",
    [
        longest(1),
        mapping("arn:aws:mq:eu-west-1:123456789012:broker:b:b-1", Queues=["🐇" * 1000]),
    ],
    ids=["ten brokers", "a queue of rabbits"],
)
def test_the_longest_key_fits_into_the_table_and_tells_targets_apart(
    config: dict[str, Any],
) -> None:
    key = key_of(config)
    assert len(key.encode()) <= LONGEST_KEY_BYTES
    assert len(target_key("run", key).sk.encode()) <= 1024
    assert len(snapshot_key("run", key).sk.encode()) <= 1024
    assert len(lock_key(key).pk.encode()) <= 2048
    other = config | {"FunctionArn": config["FunctionArn"] + "x"}
    assert key_of(other) != key
    assert key_of(dict(config)) == key


def test_a_target_is_received_under_its_key() -> None:
    marked = hand_over({}, [chosen(mapping())], [])["targets"]
    taken = answer(receive(FAULT, marked), account())
    assert taken == [Named(mapping()["UUID"], key_of(mapping()))]


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        (Answer(body=mapping(FunctionArn="arn:aws:lambda:eu-west-1:1:function:other")),
         "was changed after validation; start again"),
        (Answer(body=mapping(QUEUE + "-2")), "was changed after validation; start again"),
        (GONE, "cannot be read (ResourceNotFoundException: gone)"),
    ],
)  # fmt: skip
def test_a_target_that_is_another_by_now_is_not_received(now: Answer, problem: str) -> None:
    marked = hand_over({}, [chosen(mapping())], [])["targets"]
    listed = ok(EventSourceMappings=[now.body] if now.done else [])
    alone = (marked, account(GetEventSourceMapping=now))
    among_others = (marked * 3, account(ListEventSourceMappings=listed, GetEventSourceMapping=GONE))
    for handed_over, answers in (alone, among_others):
        with pytest.raises(TargetsChanged, match=r"^(event_uuids|input): ") as refusal:
            answer(receive(FAULT, handed_over), answers)
        assert mapping()["UUID"] in str(refusal.value)
        assert problem in str(refusal.value)


def test_a_refusal_of_very_many_problems_still_fits_into_its_cause() -> None:
    text = cause([f"event_uuids: {uuid_of(number)} is gone; see" for number in range(MOST_TARGETS)])
    assert size_of(text) <= IN_A_CAUSE + MOST_TARGETS
    assert text.splitlines()[-1].startswith("Problems that are not shown: ")


def test_a_problem_that_quotes_too_much_is_cut_and_keeps_its_key_and_its_way_out() -> None:
    text = cause([shortened(f"cycles: {'9' * 100_000} is refused; give 1 to 100")])
    assert text.startswith("cycles: 999")
    assert text.endswith("is refused; give 1 to 100")
    assert len(text) < 1000


def test_every_problem_of_all_targets_is_still_named_by_a_refusal_that_fits() -> None:
    asked = [uuid_of(number) for number in range(MOST_TARGETS)]
    with pytest.raises(InvalidExperiment) as refusal:
        validated(account(GetEventSourceMapping=GONE), event_uuids=asked)
    lines = str(refusal.value).splitlines()
    assert uuid_of(0) in lines[0]
    assert "not shown" in lines[-1]


@pytest.mark.parametrize("room", [0, 40, 60, 200, 1000])
def test_sentences_fit_or_are_counted(room: int) -> None:
    sentences = [f"sentence {number}" for number in range(20)]
    kept = fitting(sentences, room, "Sentences")
    shown = [each for each in kept if each in sentences]
    assert len(kept) == len(shown) + (len(shown) < len(sentences))
    assert len(shown) == 20 or kept[-1] == f"Sentences that are not shown: {20 - len(shown)}."
    assert size_of(kept) <= max(room, 40) + 2
