"""A deleted mapping comes back once, as it was; what someone else made meanwhile is left alone."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.faults.mappings.delete.undo import by_hand, look, restore, verify
from snapback.faults.mappings.mapping import create_request, key_of
from snapback.model.effects import Answer, Call, Document
from snapback.model.records import Target
from snapback.protocol.contract import Pending, Settled, View
from tests.fakes.answers import DENIED, GONE, answer, refused
from tests.unit.faults.mappings.delete.account import CONFIG, NEW, TAGS, account, target
from tests.unit.samples import CONFIGS, FUNCTION, UUID

NAMED = f"already exists. Please update or delete the mapping with UUID {NEW['UUID']}"

MADE = Settled("restored", NEW["UUID"], acknowledged=True)


def restored(of: Target, given: dict[str, Any]) -> Settled | Pending:
    view = answer(look([of]), given)
    return answer(restore(of, view), given)


def verified(of: Target, given: dict[str, Any]) -> Document | Pending:
    view = answer(look([of]), given)
    return answer(verify(of, view), given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (account(GONE), MADE),
        (account(GONE, [NEW]), Settled("restored", NEW["UUID"])),
        (
            account(
                GONE,
                CreateEventSourceMapping=refused("ResourceConflictException", 409),
            ),
            "its creation was refused",
        ),
        (account(GONE, CreateEventSourceMapping=refused("X", 500)), "was not confirmed"),
        (account(GONE, ListEventSourceMappings=refused()), "cannot be listed"),
        (account(CONFIG), "the old mapping is not gone yet (Enabled)"),
        (account(CONFIG | {"State": "Deleting"}), "the old mapping is not gone yet (Deleting)"),
        (account(GONE, new=refused(), ListTags=refused()), MADE),
        (account(GONE, new=NEW | {"BatchSize": 9}), MADE),
        (account(GONE, [NEW], refused()), "cannot be read"),
        (account(GONE, [NEW], NEW | {"State": "Deleting"}), "is being deleted"),
        (account(GONE, [NEW], ListTags=refused()), Settled("restored", NEW["UUID"])),
        (account(GONE, [NEW], ListTags=refused("TooManyRequestsException", 429)), "cannot be read"),
        (account(GONE, [NEW], ListTags=refused("X", 500)), "cannot be read"),
        (account(GONE, [NEW], ListTags=GONE), "cannot be read"),
    ],
)
def test_a_deleted_mapping_is_made_again_or_tried_again(given: Any, expected: Any) -> None:
    result = restored(target(), given)
    if isinstance(expected, str):
        assert isinstance(result, Pending)
        assert expected in result.reason
    else:
        assert result == expected


@pytest.mark.parametrize(
    ("status", "unheard"), [(400, False), (409, False), (500, True), (0, True)]
)
def test_only_a_create_without_an_answer_may_still_land(status: int, *, unheard: bool) -> None:
    given = account(GONE, CreateEventSourceMapping=refused("X", status))
    result = restored(target(), given)
    assert isinstance(result, Pending)
    assert result.unheard is unheard


@pytest.mark.parametrize(
    "given",
    [
        account(GONE, [NEW | {"BatchSize": 9}], NEW | {"BatchSize": 9}),
        account(GONE, [NEW], NEW | {"State": "Disabled"}),
        account(GONE, [NEW], ListTags={"Tags": {"team": "b"}}),
        account(GONE, [NEW | {"FunctionArn": FUNCTION + ":live"}]),
    ],
)
def test_what_someone_else_made_meanwhile_is_left_alone(given: Any) -> None:
    result = restored(target(), given)
    assert isinstance(result, Settled)
    assert result.status == "conflict"
    assert "someone made mapping" in result.reason


def test_a_sibling_on_another_qualifier_that_was_there_before_is_no_stranger() -> None:
    sibling = NEW | {"FunctionArn": FUNCTION + ":live"}
    before = target(siblings=[key_of(sibling)])
    assert restored(before, account(GONE, [sibling])) == MADE


FILTERS = {"KMSKeyArn": "key", "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}
HIDDEN = {
    "KMSKeyArn": "key",
    "FilterCriteriaError": {"ErrorCode": "KMSAccessDeniedException", "Message": "no"},
}
FILTERED = target(CONFIG | FILTERS)


def with_unknown(config: dict[str, Any]) -> Answer:
    """What is read of a mapping that has got a member in the window."""
    return Answer(body=config, unknown=("Future",))


@pytest.mark.parametrize(
    ("of", "given", "status"),
    [
        (FILTERED, account(GONE, [NEW | HIDDEN], NEW | HIDDEN), "restored"),
        (FILTERED, account(GONE, [NEW | HIDDEN], NEW | HIDDEN | {"BatchSize": 9}), "conflict"),
        (replace(FILTERED, came_from="injecting"), account(CONFIG | HIDDEN), "restored"),
        (replace(FILTERED, came_from="injecting"), account(CONFIG | HIDDEN | {"BatchSize": 9}),
         "conflict"),
        (target(), account(GONE, [NEW], with_unknown(NEW)), "restored"),
        (target(came_from="injecting"), account(with_unknown(CONFIG)), "restored"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_keeps_no_target_open(
    of: Target, given: dict[str, Any], status: str
) -> None:
    """The mapping is back: a key that refuses or a member that AWS adds is for the verification."""
    result = restored(of, given)
    assert isinstance(result, Settled)
    assert result.status == status


def test_filters_that_cannot_be_read_are_not_verified_yet() -> None:
    result = verified(replace(FILTERED, new_name=NEW["UUID"]), account(GONE, new=NEW | HIDDEN))
    assert isinstance(result, Pending)
    assert "kms:Decrypt" in result.reason


def test_a_member_that_appeared_meanwhile_is_a_note_of_the_verification() -> None:
    found = verified(target(new_name=NEW["UUID"]), account(GONE, new=with_unknown(NEW)))
    assert not isinstance(found, Pending)
    assert (found["equal"], found["unknown"]) == (True, ["Future"])


ON_DEMAND = CONFIGS["msk"]
PROVISIONED = ON_DEMAND | {"ProvisionedPollerConfig": {"MinimumPollers": 3}}
RETRIES = ("MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError")
NO_RETRIES = {name: value for name, value in PROVISIONED.items() if name not in RETRIES}
WINDOW = "MaximumBatchingWindowInSeconds"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ({k: v for k, v in CONFIG.items() if k != WINDOW}, CONFIG, True),
        ({k: v for k, v in CONFIG.items() if k != WINDOW}, CONFIG | {WINDOW: 1}, False),
        (NO_RETRIES, PROVISIONED, True),
        (PROVISIONED, PROVISIONED | {"ProvisionedPollerConfig": {"MinimumPollers": 3,
         "MaximumPollers": 200}}, True),
        (PROVISIONED, PROVISIONED | {"ProvisionedPollerConfig": {"MinimumPollers": 3,
         "MaximumPollers": 100}}, False),
        (ON_DEMAND, ON_DEMAND | {"ProvisionedPollerConfig": {"MinimumPollers": 1,
         "MaximumPollers": 200}}, False),
        (ON_DEMAND, ON_DEMAND | {WINDOW: 0}, False),
    ],
)  # fmt: skip
def test_a_default_that_a_new_mapping_shows_and_the_old_one_did_not_makes_no_stranger(
    old: dict[str, Any], new: dict[str, Any], *, same: bool
) -> None:
    """A Kafka mapping without a window waits 500 ms, and one on demand has no pollers of its own."""
    made = new | {"UUID": NEW["UUID"]}
    before = target(old, tags={}, undo=create_request(old, {}), new_name=NEW["UUID"])
    given = account(GONE, [made], made, ListTags={"Tags": {}})
    result = restored(before, given)
    assert isinstance(result, Settled)
    assert (result.status == "restored") is same
    found = verified(before, given)
    assert not isinstance(found, Pending)
    assert found["equal"] is same


def test_the_uuid_of_a_conflict_is_the_mappings_and_not_one_of_its_source() -> None:
    said = f"arn:aws:kafka:cluster/a/{UUID[:-1]}0-1 {NAMED}"
    conflict = replace(refused("ResourceConflictException", 409), message=said)
    given = account(GONE, CreateEventSourceMapping=conflict)
    assert restored(target(), given) == Settled("restored", NEW["UUID"])


def test_a_lost_creation_is_found_by_the_uuid_that_the_conflict_names() -> None:
    conflict = replace(refused("ResourceConflictException", 409), message=NAMED)
    given = account(GONE, CreateEventSourceMapping=conflict)
    assert restored(target(), given) == Settled("restored", NEW["UUID"])


@pytest.mark.parametrize(
    ("old", "status"),
    [(CONFIG, "restored"), (CONFIG | {"BatchSize": 9}, "conflict")],
)
def test_an_announced_delete_that_never_landed_leaves_the_old_mapping(
    old: dict[str, Any], status: str
) -> None:
    result = restored(target(came_from="injecting"), account(old))
    assert isinstance(result, Settled)
    assert (result.status, result.name, result.acknowledged) == (status, "", False)


@pytest.mark.parametrize("state", ["Updating", "Enabling"])
def test_an_old_mapping_in_transition_is_waited_for(state: str) -> None:
    result = restored(target(came_from="injecting"), account(CONFIG | {"State": state}))
    assert isinstance(result, Pending)


def test_a_verified_mapping_names_what_was_compared_and_what_is_lost() -> None:
    found = verified(target(new_name=NEW["UUID"]), account(GONE))
    assert not isinstance(found, Pending)
    assert found["equal"]
    assert found["differences"] == {}
    assert {"BatchSize", "State", "FunctionArn", "Tags"} <= set(found["fields"])
    assert found["lost_tags"] == ["aws:cloudformation:stack-name"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (account(GONE, new=NEW | {"BatchSize": 9}), "BatchSize"),
        (account(GONE, new=NEW | {"State": "Disabled"}), "State"),
        (account(GONE, ListTags={"Tags": {}}), "Tags"),
        (account(GONE, new=GONE), "UUID"),
    ],
)
def test_a_difference_is_named(given: Any, field: str) -> None:
    found = verified(target(new_name=NEW["UUID"]), given)
    assert not isinstance(found, Pending)
    assert not found["equal"]
    assert list(found["differences"]) == [field]


@pytest.mark.parametrize("new", [NEW | {"State": "Creating"}, refused()])
def test_a_new_mapping_that_is_not_settled_is_compared_later(new: Any) -> None:
    assert isinstance(verified(target(new_name=NEW["UUID"]), account(GONE, new=new)), Pending)


@pytest.mark.parametrize(
    ("acknowledged", "tags", "equal"),
    [(True, DENIED, True), (False, {"Tags": {"team": "a"}}, True), (False, {"Tags": {}}, False)],
    ids=["created", "adopted or never deleted", "adopted, and its tags were removed"],
)
def test_the_tags_of_a_mapping_are_read_unless_the_request_that_made_it_was_acknowledged(
    acknowledged: bool,  # noqa: FBT001
    tags: Any,
    *,
    equal: bool,
) -> None:
    asked: list[Call] = []
    given = account(GONE, [NEW], ListTags=tags)
    made = target(new_name=NEW["UUID"], acknowledged=acknowledged)
    found = answer(verify(made, View({NEW["UUID"]: Answer(NEW)})), given, asked=asked)
    assert not isinstance(found, Pending)
    assert (found["equal"], "Tags" in found["fields"]) == (equal, True)
    assert [each.operation for each in asked] == ([] if acknowledged else ["ListTags"])


def test_a_position_that_differs_on_purpose_is_told_and_is_no_difference() -> None:
    config = CONFIGS["kinesis"]
    new = config | {"UUID": NEW["UUID"], "StartingPosition": "TRIM_HORIZON"}
    found = verified(target(config, new_name=NEW["UUID"]), account(GONE, new=new))
    assert not isinstance(found, Pending)
    assert found["equal"]
    assert found["position"] == {"StartingPosition": {"before": "LATEST", "after": "TRIM_HORIZON"}}


def test_the_last_cycle_is_compared_with_the_first() -> None:
    """The snapshot of a later cycle may have what an earlier one lost."""
    later = target(new_name=NEW["UUID"])
    first = {"config": CONFIG | {"BatchSize": 7}, "tags": TAGS}
    found = verified(
        replace(later, snapshot=replace(later.snapshot, original=first)), account(GONE)
    )
    assert not isinstance(found, Pending)
    assert found["differences"] == {"BatchSize": {"before": 7, "after": 10}}


def test_the_command_by_hand_makes_the_mapping_again() -> None:
    pattern = """{"body": {"name": ["O'Brien"]}}"""
    filtered = CONFIG | {"FilterCriteria": {"Filters": [{"Pattern": pattern}]}}
    command = by_hand(target(filtered))
    assert command.startswith("aws lambda create-event-source-mapping --region eu-west-1 ")
    assert "O'\\''Brien" in command
