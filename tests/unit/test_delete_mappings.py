from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from snapback.faults.mappings.delete_mappings import describe, inject, restore, snapshot, verify
from snapback.faults.mappings.mapping import create_request, key_of
from snapback.model.records import Target, lock_key
from snapback.protocol.contract import Captured, Pending, Settled, Terms, Unfit
from tests.fakes.answers import GONE, answer, refused
from tests.unit.samples import CONFIGS, FUNCTION, UUID

CONFIG = CONFIGS["sqs"]
NEW = CONFIG | {"UUID": "99999999-2222-4333-8444-555555555555"}
TAGS = {"team": "a", "aws:cloudformation:stack-name": "shop"}
TERMS = Terms(captured_at=1000.0, resume="lossless", position_margin=300, allow_managed=True)
NAMED = f"already exists. Please update or delete the mapping with UUID {NEW['UUID']}"


def target(config: dict[str, Any] = CONFIG, **changes: Any) -> Target:
    seen = {"config": config, "tags": TAGS, "siblings": []}
    values: dict[str, Any] = {"status": "restoring", "came_from": "injected", "snapshot": seen}
    values |= {"original": seen, "request": create_request(config, TAGS)}
    return Target(experiment_id="run", key=key_of(config), uuid=UUID, **(values | changes))


def unread() -> Target:
    return Target(experiment_id="run", key=key_of(CONFIG), uuid=UUID, status="reserved")


def account(old: Any, listed: list[Any] = (), new: Any = NEW, **given: Any) -> dict[str, Any]:  # type: ignore[assignment]
    """The old mapping, what else reads the source, and the new mapping."""
    return {
        "GetEventSourceMapping": lambda params: old if params["UUID"] == UUID else new,
        "ListEventSourceMappings": {"EventSourceMappings": list(listed)},
        "ListTags": {"Tags": {"team": "a"}},
        "CreateEventSourceMapping": {"UUID": NEW["UUID"]},
        **given,
    }


def test_the_fault_is_one_delete() -> None:
    call = inject(target())
    assert (call.operation, call.params) == ("DeleteEventSourceMapping", {"UUID": UUID})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (account(GONE), Settled("restored", NEW["UUID"])),
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
        (account(refused()), "the old mapping is not gone yet (AccessDeniedException"),
        (account(GONE, [NEW], refused()), "cannot be read"),
        (account(GONE, [NEW], NEW | {"State": "Deleting"}), "is being deleted"),
        (account(GONE, ListTags=refused()), "cannot be read"),
    ],
)
def test_a_deleted_mapping_is_made_again_or_tried_again(given: Any, expected: Any) -> None:
    result = answer(restore(target()), given)
    if isinstance(expected, str):
        assert isinstance(result, Pending)
        assert expected in result.reason
    else:
        assert result == expected


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
    result = answer(restore(target()), given)
    assert isinstance(result, Settled)
    assert result.status == "conflict"
    assert "someone made mapping" in result.reason


def test_a_sibling_on_another_qualifier_that_was_there_before_is_no_stranger() -> None:
    sibling = NEW | {"FunctionArn": FUNCTION + ":live"}
    before = {"config": CONFIG, "tags": TAGS, "siblings": [key_of(sibling)]}
    result = answer(restore(target(snapshot=before)), account(GONE, [sibling]))
    assert result == Settled("restored", NEW["UUID"])


def test_a_sibling_that_this_experiment_has_away_is_remembered() -> None:
    live = key_of(CONFIG | {"FunctionArn": FUNCTION + ":live"})
    earlier = replace(unread(), snapshot={"siblings": [live]})
    found = answer(snapshot(earlier, TERMS), account(CONFIG, [CONFIG]))
    assert isinstance(found, Captured)
    assert found.snapshot["siblings"] == [live]


def test_mappings_to_versions_and_aliases_of_a_function_share_the_lock_of_their_source() -> None:
    live, blue = (key_of(CONFIG | {"FunctionArn": f"{FUNCTION}:{each}"}) for each in ("live", "2"))
    assert lock_key(live) == lock_key(blue) == lock_key(key_of(CONFIG))
    topic = key_of(CONFIG | {"Topics": ["orders"]})
    assert lock_key(topic) != lock_key(key_of(CONFIG))


HIDDEN = {"FilterCriteriaError": {"ErrorCode": "KMSAccessDeniedException", "Message": "no"}}


@pytest.mark.parametrize(
    "step",
    [
        lambda: answer(restore(target()), account(GONE, [NEW], NEW | HIDDEN)),
        lambda: answer(restore(target(came_from="injecting")), account(CONFIG | HIDDEN)),
        lambda: answer(verify(target(new_uuid=NEW["UUID"])), account(GONE, new=NEW | HIDDEN)),
    ],
)
def test_what_cannot_be_read_just_now_is_not_judged(step: Callable[[], Any]) -> None:
    """A key that refuses for a moment makes no stranger of our own mapping."""
    result = step()
    assert isinstance(result, Pending)
    assert "kms:Decrypt" in result.reason


def test_the_uuid_of_a_conflict_is_the_mappings_and_not_one_of_its_source() -> None:
    said = f"arn:aws:kafka:cluster/a/{UUID[:-1]}0-1 {NAMED}"
    conflict = replace(refused("ResourceConflictException", 409), message=said)
    given = account(GONE, CreateEventSourceMapping=conflict)
    assert answer(restore(target()), given) == Settled("restored", NEW["UUID"])


def test_a_lost_creation_is_found_by_the_uuid_that_the_conflict_names() -> None:
    conflict = refused("ResourceConflictException", 409)
    named = type(conflict)(code=conflict.code, message=NAMED, status=409)
    given = account(GONE, CreateEventSourceMapping=named)
    assert answer(restore(target()), given) == Settled("restored", NEW["UUID"])


@pytest.mark.parametrize(
    ("old", "status"),
    [(CONFIG, "restored"), (CONFIG | {"BatchSize": 9}, "conflict")],
)
def test_an_announced_delete_that_never_landed_leaves_the_old_mapping(
    old: dict[str, Any], status: str
) -> None:
    result = answer(restore(target(came_from="injecting")), account(old))
    assert isinstance(result, Settled)
    assert (result.status, result.new_uuid) == (status, "")


@pytest.mark.parametrize("state", ["Updating", "Enabling"])
def test_an_old_mapping_in_transition_is_waited_for(state: str) -> None:
    result = answer(restore(target(came_from="injecting")), account(CONFIG | {"State": state}))
    assert isinstance(result, Pending)


def test_a_verified_mapping_names_what_was_compared_and_what_is_lost() -> None:
    found = answer(verify(target(new_uuid=NEW["UUID"])), account(GONE))
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
    found = answer(verify(target(new_uuid=NEW["UUID"])), given)
    assert not isinstance(found, Pending)
    assert not found["equal"]
    assert list(found["differences"]) == [field]


def test_a_position_that_differs_on_purpose_is_told_and_is_no_difference() -> None:
    config = CONFIGS["kinesis"]
    new = config | {"UUID": NEW["UUID"], "StartingPosition": "TRIM_HORIZON"}
    found = answer(verify(target(config, new_uuid=NEW["UUID"])), account(GONE, new=new))
    assert not isinstance(found, Pending)
    assert found["equal"]
    assert found["position"] == {"StartingPosition": {"before": "LATEST", "after": "TRIM_HORIZON"}}


def captured(config: dict[str, Any], terms: Terms = TERMS, **given: Any) -> Captured | Unfit:
    answers = account(config, [config], **given)
    ages = {"Timestamps": [1000.0, 940.0], "Values": [60_000.0, 20_000.0]}
    data = {"MetricDataResults": [ages]}
    return answer(snapshot(unread(), terms), {"GetMetricData": data} | answers)


def test_a_snapshot_holds_everything_and_the_request_that_puts_it_back() -> None:
    found = captured(CONFIGS["kinesis"], ListTags={"Tags": TAGS})
    assert isinstance(found, Captured)
    assert found.key == key_of(CONFIGS["kinesis"])
    assert found.snapshot["config"] == CONFIGS["kinesis"]
    assert found.snapshot["tags"] == TAGS
    assert found.snapshot["siblings"] == []
    expected = create_request(CONFIGS["kinesis"], TAGS) | {
        "StartingPosition": "AT_TIMESTAMP",
        "StartingPositionTimestamp": 1000 - 60 - 300,
    }
    assert found.request == expected


BESIDE = CONFIGS["kinesis"] | {
    "UUID": NEW["UUID"],
    "EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/other",
}
OLDEST = {"StartingPosition": "TRIM_HORIZON"}


def paged(*pages: list[dict[str, Any]]) -> Any:
    """All mappings a page at a time; a list by source or by function shows the target alone."""

    def page(params: Any) -> dict[str, Any]:
        if "EventSourceArn" in params or "FunctionName" in params:
            return {"EventSourceMappings": [CONFIGS["kinesis"]]}
        number = int(params.get("Marker", 0))
        more = {"NextMarker": str(number + 1)} if number + 1 < len(pages) else {}
        return {"EventSourceMappings": pages[number]} | more

    return page


@pytest.mark.parametrize("source", ["kinesis", "dynamodb", "documentdb"])
@pytest.mark.parametrize("qualifier", ["", ":live", ":7"])
def test_another_stream_into_the_function_hides_how_far_it_has_read(
    source: str, qualifier: str
) -> None:
    stream = {"EventSourceArn": CONFIGS[source]["EventSourceArn"] + "-2"}
    beside = BESIDE | stream | {"FunctionArn": FUNCTION + qualifier}
    pages = paged([CONFIGS["kinesis"]], [CONFIGS["sqs"], beside])
    found = captured(CONFIGS["kinesis"], ListEventSourceMappings=pages)
    assert isinstance(found, Captured)
    assert found.request == create_request(CONFIGS["kinesis"], {"team": "a"}) | OLDEST
    assert found.snapshot["neighbour"] == beside["UUID"]


@pytest.mark.parametrize(
    "beside",
    [
        CONFIGS["sqs"],
        CONFIGS["msk"],
        CONFIGS["self-managed-kafka"],
        BESIDE | {"FunctionArn": FUNCTION + "-2"},
    ],
)
def test_what_has_no_iterator_age_or_another_function_hides_nothing(beside: Any) -> None:
    other = beside | {"UUID": NEW["UUID"]}
    pages = paged([CONFIGS["kinesis"], other])
    found = captured(CONFIGS["kinesis"], ListEventSourceMappings=pages)
    assert isinstance(found, Captured)
    assert found.request["StartingPosition"] == "AT_TIMESTAMP"
    assert found.snapshot["neighbour"] == ""


def test_a_mapping_whose_neighbours_cannot_be_listed_is_not_taken() -> None:
    def listed(params: Any) -> Any:
        return {"EventSourceMappings": []} if "EventSourceArn" in params else refused()

    found = captured(CONFIGS["kinesis"], ListEventSourceMappings=listed)
    assert isinstance(found, Unfit)
    assert "cannot be listed" in found.reason


def test_a_plan_says_why_all_of_a_stream_is_read_again() -> None:
    config, disabled = CONFIGS["kinesis"], CONFIGS["kinesis"] | {"State": "Disabled"}
    seen = {"config": config, "tags": TAGS, "siblings": [], "neighbour": NEW["UUID"]}
    shared = target(config, snapshot=seen, request=create_request(config, TAGS) | OLDEST)
    stopped = target(disabled, request=create_request(disabled, TAGS) | OLDEST)
    for each, reason in ((shared, f"mapping {NEW['UUID']} also reads"), (stopped, "disabled")):
        plan = answer(describe(each, now=1000.0), {})
        assert "Every record still in the stream is handled once more." in plan
        [why] = [said for said in plan if "not known" in said]
        assert reason in why
        assert "disable-mappings" in why


def test_the_original_position_is_kept_when_that_is_asked_for() -> None:
    terms = Terms(captured_at=1000.0, resume="original", position_margin=300, allow_managed=True)
    found = captured(CONFIGS["kinesis"], terms)
    assert isinstance(found, Captured)
    assert found.request["StartingPosition"] == "LATEST"


@pytest.mark.parametrize(
    ("given", "terms", "reason"),
    [
        (account(GONE), TERMS, "cannot be read"),
        (account(CONFIG | {"State": "Creating"}), TERMS, "is Creating"),
        (account(CONFIG, ListTags=refused()), TERMS, "the tags of"),
        (account(CONFIG, ListEventSourceMappings=refused()), TERMS, "cannot be listed"),
        (account(CONFIG, [CONFIG, NEW]), TERMS, "cannot be told from"),
        (
            account(CONFIG, ListTags={"Tags": TAGS}),
            Terms(1000.0, "lossless", 300, allow_managed=False),
            "belongs to CloudFormation stack shop",
        ),
    ],
)
def test_what_could_not_be_put_back_is_not_taken(given: Any, terms: Terms, reason: str) -> None:
    found = answer(snapshot(unread(), terms), given)
    assert isinstance(found, Unfit)
    assert reason in found.reason


def test_a_plan_is_told_in_sentences() -> None:
    sentences = answer(describe(target(CONFIGS["dynamodb"]), now=1000.0), {})
    assert sentences[0].startswith(f"Delete event source mapping {UUID} (")
    assert any("exactly this request: {" in each for each in sentences)
    assert any("TRIM_HORIZON" in each for each in sentences)
    assert "its UUID" in sentences[-1]
    assert "aws:cloudformation:stack-name" in sentences[-1]
