"""A list answers each mapping as if it had been read alone; what hides settings is named."""

from collections.abc import Mapping
from typing import Any

import pytest

from snapback.faults.mappings.reading import (
    beside,
    from_the_sources,
    hidden,
    listed,
    many,
    read,
    unfiltered,
    unsettled,
)
from snapback.model.effects import Answer, Call
from snapback.protocol.contract import Pending, View
from tests.fakes import mappings
from tests.fakes.answers import answer, refused
from tests.fakes.mappings import Source, viewed
from tests.fakes.values import number_of
from tests.unit.faults.mappings.targets import NEW_UUID
from tests.unit.samples import CONFIGS, FUNCTION, REQUESTS

CONFIG = CONFIGS["sqs"]
OTHER = CONFIGS["mq"] | {"UUID": NEW_UUID}
EMPTY: dict[str, Any] = {"EventSourceMappings": []}
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
    answers = {"ListEventSourceMappings": {"EventSourceMappings": [config, OTHER]}}
    view = answer(from_the_sources([config]), answers)
    assert beside(config, view.documents) == [config]


@pytest.mark.parametrize("source", ["sqs", "self-managed-kafka"])
@pytest.mark.parametrize("qualifier", ["", ":live"])
def test_a_stranger_on_another_qualifier_is_found(source: str, qualifier: str) -> None:
    """A list by function name may leave out the mappings of aliases."""
    config = CONFIGS[source] | {"FunctionArn": FUNCTION + qualifier}
    asked = {**REQUESTS[source], "FunctionName": FUNCTION + ":stranger"}
    stranger = Source(NEW_UUID, "Enabled", number_of(asked))

    def listing(params: Mapping[str, Any]) -> Answer:
        return mappings.read((stranger,), "ListEventSourceMappings", dict(params))

    view = answer(from_the_sources([config]), {"ListEventSourceMappings": listing})
    assert [each["UUID"] for each in beside(config, view.documents)] == [NEW_UUID]


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


@pytest.mark.parametrize(
    ("sources", "asked"),
    [
        (["a"], {"EventSourceArn": "a"}),
        (["a", "a"], {"EventSourceArn": "a"}),
        (["a", "b"], {}),
        ([""], {}),
    ],
)
def test_one_source_is_listed_alone_and_several_with_the_account(
    sources: list[str], asked: dict[str, str]
) -> None:
    calls: list[Call] = []
    configs = [{"EventSourceArn": each} if each else {} for each in sources]
    answer(from_the_sources(configs), {"ListEventSourceMappings": EMPTY}, asked=calls)
    assert [each.params for each in calls] == [asked]


@pytest.mark.parametrize(("number", "lists"), [(0, 0), (1, 0), (2, 0), (3, 1), (100, 1)])
def test_more_than_a_few_mappings_are_listed_together(number: int, lists: int) -> None:
    calls: list[Call] = []
    answer(many(["uuid"] * number), {"ListEventSourceMappings": EMPTY}, asked=calls)
    assert len(calls) == lists


@pytest.mark.parametrize("listed", [viewed(), viewed(CONFIG | {"KMSKeyArn": "key"})])
def test_what_a_list_does_not_say_is_read_alone(listed: View) -> None:
    got = answer(read(CONFIG["UUID"], listed), {"GetEventSourceMapping": CONFIG})
    assert got.body == CONFIG


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (Answer(body=CONFIG), ""),
        (Answer(body=CONFIG | {"State": "Disabled"}), ""),
        (Answer(body=CONFIG | {"State": "Creating"}), "mapping u is not settled (Creating)"),
        (
            refused("TooManyRequestsException", 429),
            "mapping u is not settled (TooManyRequestsException: no)",
        ),
    ],
)
def test_a_mapping_that_is_not_settled_is_waited_for_and_the_reason_says_how_it_is(
    got: Answer, said: str
) -> None:
    assert unsettled("u", got) == said
