"""A list answers each mapping as if it had been read alone; what hides settings is named."""

from typing import Any

import pytest

from snapback.faults.mappings.reading import beside, configuration, listed, same_source, unreadable
from snapback.model.effects import Answer
from snapback.protocol.contract import Pending
from tests.fakes.answers import answer, refused
from tests.fakes.world import World
from tests.unit.faults.mappings.targets import NEW_UUID
from tests.unit.samples import CONFIGS, FUNCTION

CONFIG = CONFIGS["sqs"]
LIVE = CONFIG | {"UUID": NEW_UUID, "FunctionArn": FUNCTION + ":live"}


def test_unknown_members_of_a_list_belong_to_the_mapping_that_has_them() -> None:
    page = Answer(
        body={"EventSourceMappings": [CONFIG, LIVE]},
        unknown=("EventSourceMappings[1].Future", "EventSourceMappings[1].More.Knob"),
    )
    found = answer(listed({}), {"ListEventSourceMappings": page})
    assert not isinstance(found, Pending)
    first, second = found
    assert (first.unknown, second.unknown) == ((), ("Future", "More.Knob"))


@pytest.mark.parametrize(
    ("params", "what"),
    [
        ({}, "the mappings cannot be listed"),
        ({"FunctionName": "orders"}, "the mappings of orders cannot be listed"),
        ({"EventSourceArn": "arn:q"}, "the mappings of arn:q cannot be listed"),
    ],
)
def test_a_list_that_is_refused_says_what_it_was_of(params: dict[str, str], what: str) -> None:
    found = answer(listed(params), {"ListEventSourceMappings": refused()})
    assert found == Pending(f"{what} (AccessDeniedException: no)")


def test_a_list_that_breaks_off_answers_nothing() -> None:
    pages: list[Any] = [{"EventSourceMappings": [CONFIG], "NextMarker": "1"}, refused()]
    assert isinstance(answer(listed({}), {"ListEventSourceMappings": pages}), Pending)


def test_beside_a_mapping_is_what_reads_its_source_into_any_version_of_its_function() -> None:
    others = [
        CONFIG,
        LIVE,
        CONFIG | {"FunctionArn": FUNCTION + "-2"},
        CONFIG | {"EventSourceArn": CONFIG["EventSourceArn"] + "-2"},
    ]
    assert beside(CONFIG, others) == [CONFIG, LIVE]
    assert beside(LIVE, others) == [CONFIG, LIVE]


@pytest.mark.parametrize("source", ["sqs", "self-managed-kafka"])
def test_the_same_source_is_found_with_or_without_an_arn(source: str) -> None:
    config = CONFIGS[source] | {"FunctionArn": FUNCTION + ":live"}
    answers = {"ListEventSourceMappings": {"EventSourceMappings": [config, CONFIGS["mq"]]}}
    assert answer(same_source(config), answers) == [config]


@pytest.mark.parametrize(
    ("changes", "unknown", "reason"),
    [
        ({}, (), ""),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}, "KMSKeyArn": "key"}, (), ""),
        ({"KMSKeyArn": "key"}, (), "grant kms:Decrypt on key"),
        ({"FilterCriteriaError": {"ErrorCode": "x"}}, (), "grant kms:Decrypt on its key"),
        ({}, ("Future", "Other"), "does not know (Future, Other); upgrade Snapback"),
    ],
)
def test_what_hides_settings_is_named(
    changes: dict[str, Any], unknown: tuple[str, ...], reason: str
) -> None:
    assert unreadable(CONFIG | changes, unknown).endswith(reason)
    assert bool(unreadable(CONFIG | changes, unknown)) is bool(reason)


@pytest.mark.parametrize(("patience", "looks"), [(0, 1), (2, 2), (3, 3), (4, 3)])
def test_a_mapping_in_transition_is_read_again_every_two_seconds(
    patience: float, looks: int
) -> None:
    world = World({"GetEventSourceMapping": CONFIG | {"State": "Creating"}})
    found = world.run(configuration(CONFIG["UUID"], lambda *_: "", patience))
    assert found == world.answers["GetEventSourceMapping"]
    assert (len(world.calls), world.pauses) == (looks, [2] * (looks - 1))
