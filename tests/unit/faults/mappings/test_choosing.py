"""The mappings that a request names, or all of its function; and what is wrong with the choice."""

from typing import Any

import pytest

from snapback.faults.mappings.choosing import Wanted, choose, identify
from snapback.faults.mappings.delete.refusals import refuse
from snapback.faults.mappings.mapping import key_of
from snapback.protocol.contract import Choice, Unfit
from tests.fakes.answers import GONE, answer, refused
from tests.unit.samples import CONFIGS, FUNCTION

SETTLED = CONFIGS["sqs"]
A, B, C = (f"{letter * 8}-2222-4333-8444-555555555555" for letter in "abc")
OTHERS = FUNCTION.replace("orders", "others")


def mapping(uuid: str, **changes: Any) -> dict[str, Any]:
    return SETTLED | {"UUID": uuid} | changes


def chosen(uuids: Any, answers: dict[str, Any], function: str = "orders") -> Choice:
    return answer(choose(Wanted(function, FUNCTION, uuids, refuse)), answers)


def named(uuids: list[str], *answers: Any) -> Choice:
    return chosen(uuids, {"GetEventSourceMapping": list(answers)})


def uuids(found: Choice) -> list[str]:
    return [each.name for each in found.targets]


def test_named_mappings_are_chosen_in_their_order() -> None:
    found = named([B, A], mapping(B), mapping(A))
    assert (uuids(found), found.problems) == ([B, A], ())


@pytest.mark.parametrize(
    ("got", "problem"),
    [
        (GONE, "does not exist; list the mappings with `aws lambda list-event-source-mappings"),
        (refused(), "cannot be read (AccessDeniedException: no); check the UUID"),
        (mapping(A, FunctionArn=OTHERS), f"belongs to {OTHERS}, not to orders"),
        (mapping(A, State="Updating"), "is Updating; wait until it is Enabled or Disabled"),
        (mapping(A, FilterCriteriaError={"ErrorCode": "x"}), "has filter criteria that cannot"),
        (
            mapping(A, KMSKeyArn="key", FilterCriteriaError={"ErrorCode": "x"}),
            "has filter criteria that cannot be read; grant kms:Decrypt on key",
        ),
    ],
)
def test_a_mapping_that_cannot_be_taken_is_named_with_the_reason(got: Any, problem: str) -> None:
    [line] = named([A], got).problems
    assert line.startswith(f"event_uuids: {A} {problem}")


def test_every_named_mapping_is_looked_at_before_any_is_refused() -> None:
    found = named([A, B, C], GONE, mapping(B), mapping(C, State="Creating"))
    assert uuids(found) == [B]
    assert [line.split()[1] for line in found.problems] == [A, C]


def test_a_mapping_named_twice_is_refused_and_read_once() -> None:
    found = named([A, B, A], mapping(A), mapping(B))
    assert found.problems == (f"event_uuids: {A} is given twice; keep one",)


def test_an_empty_list_is_refused() -> None:
    assert named([]).problems == (
        "event_uuids: the list is empty; give at least one UUID, or 'all'",
    )


def pages(*lists: list[dict[str, Any]]) -> dict[str, Any]:
    """ListEventSourceMappings, a page at a time; the first page has no marker."""

    def page(params: Any) -> dict[str, Any]:
        number = int(params.get("Marker", "0"))
        following = {"NextMarker": str(number + 1)} if number + 1 < len(lists) else {}
        return {"EventSourceMappings": lists[number], **following}

    return {"ListEventSourceMappings": page}


def test_all_are_those_of_the_function_on_every_page() -> None:
    live = mapping(C, FunctionArn=FUNCTION + ":live")
    answers = pages([mapping(A)], [mapping("x", FunctionArn=OTHERS)], [live])
    assert uuids(chosen("all", answers)) == [A, C]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("orders", [A, B, C]),
        ("orders:live", [B]),
        (FUNCTION, [A, B, C]),
        (FUNCTION + ":live", [B]),
        (FUNCTION + ":$LATEST", [C]),
    ],
)
def test_a_qualifier_narrows_the_choice(function: str, expected: list[str]) -> None:
    listed = [
        mapping(A),
        mapping(B, FunctionArn=FUNCTION + ":live"),
        mapping(C, FunctionArn=FUNCTION + ":$LATEST"),
    ]
    assert uuids(chosen("all", pages(listed), function)) == expected


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        (pages([]), "event_uuids: 'all', but orders has no event source mapping"),
        (
            {"ListEventSourceMappings": refused()},
            "event_uuids: the mappings cannot be listed (AccessDeniedException: no)",
        ),
        (
            pages([mapping(A, State="Deleting")]),
            f"event_uuids: {A} is Deleting; wait until it is Enabled or Disabled",
        ),
    ],
)
def test_all_is_refused_where_it_cannot_be_meant(answers: dict[str, Any], problem: str) -> None:
    [line] = chosen("all", answers).problems
    assert line.startswith(problem)


def test_an_encrypted_filter_is_read_alone_because_a_list_leaves_it_out() -> None:
    filtered = mapping(A, KMSKeyArn="key", FilterCriteria={"Filters": [{"Pattern": "{}"}]})
    answers = pages([mapping(A, KMSKeyArn="key")]) | {"GetEventSourceMapping": filtered}
    assert chosen("all", answers).problems == ()


def test_an_encrypted_filter_that_cannot_be_read_alone_is_refused() -> None:
    """A list shows neither the filter nor that there is one."""
    answers = pages([mapping(A, KMSKeyArn="key")]) | {"GetEventSourceMapping": refused()}
    [line] = chosen("all", answers).problems
    assert line.startswith(f"event_uuids: {A} cannot be read (AccessDeniedException: no)")


def identified(uuids: list[str], listed: Any, got: Any = GONE) -> list[str | Unfit]:
    return answer(
        identify(uuids), {"ListEventSourceMappings": listed, "GetEventSourceMapping": got}
    )


def test_mappings_are_known_by_their_keys_in_the_order_they_are_named_in() -> None:
    live = mapping(B, FunctionArn=FUNCTION + ":live")
    other = mapping(C, FunctionArn=FUNCTION + ":2")
    listed = pages([mapping(A), other], [live])["ListEventSourceMappings"]
    assert identified([B, A, C], listed) == [key_of(live), key_of(mapping(A)), key_of(other)]


@pytest.mark.parametrize("listed", [pages([])["ListEventSourceMappings"], refused()])
def test_a_mapping_that_no_list_shows_is_read_alone(listed: Any) -> None:
    assert identified([A, A, A], listed, mapping(A)) == [key_of(mapping(A))] * 3


def test_a_mapping_that_is_gone_by_now_has_no_key() -> None:
    listed = pages([mapping(A), mapping(C)])["ListEventSourceMappings"]
    [known, gone, _] = identified([A, B, C], listed)
    assert known == key_of(mapping(A))
    assert gone == Unfit(
        f"event_uuids: event source mapping {B} cannot be read (ResourceNotFoundException: gone)"
    )
