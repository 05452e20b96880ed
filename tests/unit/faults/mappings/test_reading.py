"""A list answers each mapping as if it had been read alone; what hides settings is named."""

from collections.abc import Mapping
from typing import Any

import pytest

from snapback.faults.mappings.reading import (
    beside,
    configuration,
    hidden,
    listed,
    same_source,
    unfiltered,
)
from snapback.model.effects import Answer
from snapback.protocol.contract import Pending
from tests.fakes.answers import answer, refused
from tests.fakes.mappings import Source, read
from tests.fakes.values import number_of
from tests.fakes.world import World
from tests.unit.faults.mappings.targets import NEW_UUID
from tests.unit.samples import CONFIGS, FUNCTION, REQUESTS

CONFIG = CONFIGS["sqs"]
LIVE = CONFIG | {"UUID": NEW_UUID, "FunctionArn": FUNCTION + ":live"}


def test_unknown_members_of_a_list_belong_to_the_mapping_that_has_them() -> None:
    page = Answer(
        body={"EventSourceMappings": [CONFIG, LIVE]},
        unknown=("EventSourceMappings[1].Future", "EventSourceMappings[1].More.Knob"),
        unset=("EventSourceMappings[0].Other",),
    )
    found = answer(listed({}), {"ListEventSourceMappings": page})
    assert not isinstance(found, Pending)
    first, second = found
    assert (first.unknown, second.unknown) == ((), ("Future", "More.Knob"))
    assert (first.unset, second.unset) == (("Other",), ())


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


@pytest.mark.parametrize("source", ["sqs", "self-managed-kafka"])
@pytest.mark.parametrize("qualifier", ["", ":live"])
def test_a_stranger_on_another_qualifier_is_found(source: str, qualifier: str) -> None:
    """A list by function name may leave out the mappings of aliases."""
    config = CONFIGS[source] | {"FunctionArn": FUNCTION + qualifier}
    asked = {**REQUESTS[source], "FunctionName": FUNCTION + ":stranger"}
    stranger = Source(NEW_UUID, "Enabled", number_of(asked))

    def listing(params: Mapping[str, Any]) -> Answer:
        return read((stranger,), "ListEventSourceMappings", dict(params))

    found = answer(same_source(config), {"ListEventSourceMappings": listing})
    assert not isinstance(found, Pending)
    assert [each["UUID"] for each in found] == [NEW_UUID]


FILTERED = {"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        (FILTERED | {"KMSKeyArn": "key"}, ""),
        ({"KMSKeyArn": "key"}, ""),
        (
            {"KMSKeyArn": "key", "FilterCriteriaError": {"ErrorCode": "x"}},
            "grant kms:Decrypt on key",
        ),
        ({"FilterCriteriaError": {"ErrorCode": "x"}}, "grant kms:Decrypt on its key"),
    ],
)
def test_filters_are_hidden_where_lambda_says_that_it_could_not_read_them(
    changes: dict[str, Any], reason: str
) -> None:
    assert hidden(CONFIG | changes).endswith(reason)
    assert bool(hidden(CONFIG | changes)) is bool(reason)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, False), ({"KMSKeyArn": "key"}, True), (FILTERED | {"KMSKeyArn": "key"}, False)],
)
def test_a_key_without_any_filter_is_noticed(changes: dict[str, Any], *, expected: bool) -> None:
    assert unfiltered(CONFIG | changes) is expected


@pytest.mark.parametrize(("patience", "looks"), [(0, 1), (2, 2), (3, 3), (4, 3)])
def test_a_mapping_in_transition_is_read_again_every_two_seconds(
    patience: float, looks: int
) -> None:
    world = World({"GetEventSourceMapping": CONFIG | {"State": "Creating"}})
    found = world.run(configuration(CONFIG["UUID"], lambda *_: "", patience))
    assert found == world.answers["GetEventSourceMapping"]
    assert (len(world.calls), world.pauses) == (looks, [2] * (looks - 1))
