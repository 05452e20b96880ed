"""Before a mapping is deleted, all that is needed to make it again is captured."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.faults.mappings.delete.act import inject, locks, look, snapshot
from snapback.faults.mappings.mapping import create_request, key_of
from snapback.faults.mappings.start_position import NO_PROGRESS
from snapback.model.effects import Call
from snapback.model.experiment import Experiment
from snapback.model.records import Snapshot, Target
from snapback.model.timings import Timings
from snapback.protocol.contract import Breaking, Captured, Pending, Terms, Unfit, View
from tests.fakes.answers import GONE, answer, refused
from tests.fakes.mappings import viewed
from tests.unit.faults.mappings.delete.account import CONFIG, NEW, TAGS, account, target
from tests.unit.faults.mappings.targets import unread
from tests.unit.samples import CONFIGS, FUNCTION, UUID


def terms(**own: Any) -> Terms:
    asked = {"event_uuids": "all", "allow_managed": True} | own
    experiment = Experiment(function_name="orders", own=asked)
    return Terms(experiment, Timings(position_margin_seconds=300), captured_at=1000.0)


def captured(
    config: dict[str, Any] = CONFIG,
    of: Target | None = None,
    asked: Terms | None = None,
    **given: Any,
) -> Captured | Unfit | Pending:
    """What is captured of a mapping in an account with these answers."""
    ages = {"Id": "m0", "Timestamps": [1000.0, 940.0], "Values": [60_000.0, 20_000.0]}
    answers = {
        "GetMetricData": {"MetricDataResults": [ages]},
        **account(config, [config], **given),
    }
    reserved = of or unread()
    view = answer(look([reserved]), answers)
    return answer(snapshot(reserved, asked or terms(), view), answers)


def test_the_fault_is_one_delete() -> None:
    breaking = answer(inject(target(), 0, View()), {})
    assert isinstance(breaking, Breaking)
    call = breaking.call
    assert (call.operation, call.params) == ("DeleteEventSourceMapping", {"UUID": UUID})
    assert call.changes


def test_mappings_to_versions_and_aliases_of_a_function_share_the_lock_of_their_source() -> None:
    live, blue = (key_of(CONFIG | {"FunctionArn": f"{FUNCTION}:{each}"}) for each in ("live", "2"))
    assert locks(live) == locks(blue) == locks(key_of(CONFIG))
    topic = key_of(CONFIG | {"Topics": ["orders"]})
    assert locks(topic) != locks(key_of(CONFIG))


def test_a_sibling_that_this_experiment_has_away_is_remembered() -> None:
    live = key_of(CONFIG | {"FunctionArn": FUNCTION + ":live"})
    found = captured(of=replace(unread(), snapshot=Snapshot({"siblings": [live]})))
    assert isinstance(found, Captured)
    assert found.snapshot["siblings"] == [live]


def test_the_account_is_listed_once_for_a_batch_and_only_where_something_is_to_be_captured() -> (
    None
):
    assert answer(look([target(), unread()]), account(CONFIG, [CONFIG])) == viewed(CONFIG)
    assert answer(look([target()]), {}) == View()


def test_a_snapshot_holds_everything_and_the_request_that_puts_it_back() -> None:
    found = captured(CONFIGS["kinesis"], ListTags={"Tags": TAGS})
    assert isinstance(found, Captured)
    assert found.key == key_of(CONFIGS["kinesis"])
    assert found.snapshot["config"] == CONFIGS["kinesis"]
    assert found.snapshot["tags"] == TAGS
    assert found.snapshot["siblings"] == []
    expected = dict(create_request(CONFIGS["kinesis"], TAGS)) | {
        "StartingPosition": "AT_TIMESTAMP",
        "StartingPositionTimestamp": 1000 - 60 - 300,
    }
    assert found.undo == expected


BESIDE = CONFIGS["kinesis"] | {
    "UUID": NEW["UUID"],
    "EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/other",
}
OLDEST = {"StartingPosition": "TRIM_HORIZON"}


def paged(*pages: list[dict[str, Any]]) -> Any:
    """All mappings, a page at a time."""

    def page(params: Any) -> dict[str, Any]:
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
    queue = CONFIGS["sqs"] | {"UUID": "88888888-2222-4333-8444-555555555555"}
    pages = paged([CONFIGS["kinesis"]], [queue, beside])
    found = captured(CONFIGS["kinesis"], ListEventSourceMappings=pages)
    assert isinstance(found, Captured)
    assert found.undo == {**create_request(CONFIGS["kinesis"], {"team": "a"}), **OLDEST}
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
    assert found.undo["StartingPosition"] == "AT_TIMESTAMP"
    assert found.snapshot["neighbour"] == ""


def test_a_neighbour_that_this_experiment_has_away_still_hides_it() -> None:
    earlier = replace(unread(CONFIGS["kinesis"]), snapshot=Snapshot({"neighbour": NEW["UUID"]}))
    found = captured(CONFIGS["kinesis"], of=earlier)
    assert isinstance(found, Captured)
    assert found.undo["StartingPosition"] == "TRIM_HORIZON"
    assert found.snapshot["neighbour"] == NEW["UUID"]


def test_a_mapping_whose_neighbours_cannot_be_listed_is_not_taken() -> None:
    found = captured(CONFIGS["kinesis"], ListEventSourceMappings=refused())
    assert isinstance(found, Unfit)
    assert "cannot be listed" in found.reason


def test_the_original_position_is_kept_when_that_is_asked_for() -> None:
    found = captured(CONFIGS["kinesis"], asked=terms(resume="original"))
    assert isinstance(found, Captured)
    assert found.undo["StartingPosition"] == "LATEST"


@pytest.mark.parametrize(
    ("old", "given", "asked", "reason"),
    [
        (GONE, {}, terms(), "cannot be read"),
        (CONFIG, {"ListTags": refused()}, terms(), "has tags that cannot be read"),
        (CONFIG, {"ListEventSourceMappings": refused()}, terms(), "cannot be listed"),
        (CONFIG, {"ListEventSourceMappings": {"EventSourceMappings": [CONFIG, NEW]}}, terms(),
         "cannot be told from"),
        (CONFIG, {"ListTags": {"Tags": TAGS}}, terms(allow_managed=False),
         "belongs to CloudFormation stack shop"),
        (CONFIG | {"BatchSize": 0}, {}, terms(), "its create request is not valid"),
    ],
)  # fmt: skip
def test_what_could_not_be_put_back_is_not_taken(
    old: Any, given: dict[str, Any], asked: Terms, reason: str
) -> None:
    answers = account(old, **given)
    view = answer(look([unread()]), answers)
    found = answer(snapshot(unread(), asked, view), answers)
    assert isinstance(found, Unfit)
    assert reason in found.reason
    assert found.reason.startswith(f"event_uuids: event source mapping {UUID} ")
    assert found.reason.count("event_uuids: ") == 1


@pytest.mark.parametrize("state", ["Creating", "Enabling", "Updating", "Disabling", "Deleting"])
def test_a_mapping_in_transition_is_captured_later(state: str) -> None:
    moving = CONFIG | {"State": state}
    found = answer(snapshot(unread(), terms(), viewed(moving)), account(moving))
    assert isinstance(found, Pending)
    assert found.reason.endswith(f"is {state}; wait until it is Enabled or Disabled")


def test_a_mapping_with_a_key_is_read_alone_because_a_list_leaves_out_its_filters() -> None:
    hidden = CONFIG | {"KMSKeyArn": "key"}
    whole = hidden | {"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}
    found = answer(snapshot(unread(), terms(), viewed(hidden)), account(whole))
    assert isinstance(found, Captured)
    assert found.undo["FilterCriteria"] == whole["FilterCriteria"]


def test_a_mapping_that_a_list_shows_as_disabled_is_read_alone() -> None:
    """The list may be older than the restore that has just enabled it."""
    found = answer(
        snapshot(unread(), terms(), viewed(CONFIG | {"State": "Disabled"})), account(CONFIG)
    )
    assert isinstance(found, Captured)
    assert found.undo["Enabled"] is True


def test_what_a_list_shows_is_not_read_again() -> None:
    asked: list[Call] = []
    answer(snapshot(unread(), terms(), viewed(CONFIG)), account(GONE), asked=asked)
    assert [each.operation for each in asked] == ["ListTags"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"State": "Disabled"}, "how far it had read when it was disabled is not known"),
        ({"LastProcessingResult": "PROBLEM: Function call failed"},
         "its last batch may be unread from its first record"),
        ({"LastProcessingResult": None}, "its last batch may be unread from its first record"),
        ({"LastModified": 900.0}, "it was made or changed minutes ago"),
        ({"LastModified": 900.0, "StartingPosition": "TRIM_HORIZON"},
         "it was made or changed minutes ago"),
        ({"LastModified": 900.0, "LastProcessingResult": NO_PROGRESS},
         "it was made or changed minutes ago"),
        ({"FunctionResponseTypes": ["ReportBatchItemFailures"]},
         "its function reports failed items one by one"),
        ({"FunctionResponseTypes": [], "BisectBatchOnFunctionError": True}, ""),
    ],
)  # fmt: skip
def test_a_snapshot_says_why_a_stream_is_read_again_from_its_oldest_record(
    changes: dict[str, Any], said: str
) -> None:
    found = captured(CONFIGS["kinesis"] | changes)
    assert isinstance(found, Captured)
    assert found.snapshot["because"].startswith(said)
    assert bool(found.snapshot["because"]) is bool(said)
    assert (found.undo["StartingPosition"] == "TRIM_HORIZON") is bool(said)


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ({"Id": "m1", "Timestamps": [940.0], "Values": [1.0]}, "failed or was throttled"),
        ({"Id": "m2", "Timestamps": [940.0], "Values": [2.0]}, "failed or was throttled"),
        ({"Id": "m1", "Timestamps": [940.0], "Values": [0.0]}, ""),
        ({"Id": "m1", "Timestamps": [99.0], "Values": [7.0]}, ""),
    ],
    ids=["failed", "throttled", "handled", "failed long ago"],
)
def test_a_function_that_failed_lately_makes_its_ages_worthless(
    metric: dict[str, Any], said: str
) -> None:
    ages = {"Id": "m0", "Timestamps": [1000.0], "Values": [0.0]}
    found = captured(CONFIGS["kinesis"], GetMetricData={"MetricDataResults": [ages, metric]})
    assert isinstance(found, Captured)
    assert said in found.snapshot["because"]
    assert (found.undo["StartingPosition"] == "TRIM_HORIZON") is bool(said)


def test_a_stream_that_was_quiet_starts_before_its_newest_age_and_the_plan_says_so() -> None:
    ages = {"Id": "m0", "Timestamps": [30.0], "Values": [20_000.0]}
    lasted = {"Id": "m3", "Timestamps": [30.0], "Values": [5_000.0]}
    found = captured(CONFIGS["kinesis"], GetMetricData={"MetricDataResults": [ages, lasted]})
    assert isinstance(found, Captured)
    assert found.snapshot["because"] == "its newest iterator age is 16 minutes old"
    assert found.undo["StartingPositionTimestamp"] == 30 - 20 - 5 - 300
