"""Filter criteria that their owner encrypts are told to nobody, and stored where they must be alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from snapback.faults.mappings.delete import act as delete
from snapback.faults.mappings.delete import undo
from snapback.faults.mappings.delete.plan import describe
from snapback.faults.mappings.disable import act as disable
from snapback.faults.mappings.disable import undo as enabling
from snapback.faults.mappings.mapping import create_request
from snapback.model.effects import Document
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, Target
from snapback.model.timings import Timings
from snapback.protocol.contract import Captured, Pending, Settled, Terms, View
from snapback.report.document import build, failure_of
from tests.fakes.answers import GONE, answer, ok, refused
from tests.fakes.mappings import viewed
from tests.unit.faults.mappings.targets import NEW_UUID, target, unread
from tests.unit.samples import CONFIGS, UUID

ACCOUNT = "IBAN DE02120300000000202051"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/k"
TERMS = Terms(
    Experiment(function_name="orders", own={"event_uuids": "all"}), Timings(), captured_at=1000
)


def filters(*patterns: str) -> dict[str, Any]:
    return {"FilterCriteria": {"Filters": [{"Pattern": each} for each in patterns]}}


PLAIN = CONFIGS["sqs"] | filters(ACCOUNT, "{}")
CONFIG = PLAIN | {"KMSKeyArn": KEY}
REORDERED = CONFIG | filters("{}", ACCOUNT)
OTHER = CONFIG | filters(ACCOUNT + " too")
WITHOUT_KEY = {k: v for k, v in OTHER.items() if k != "KMSKeyArn"}


def account(config: Document) -> dict[str, Any]:
    return {
        "GetEventSourceMapping": lambda params: {**config, "UUID": params["UUID"]},
        "ListEventSourceMappings": {"EventSourceMappings": [config]},
        "ListTags": {"Tags": {}},
    }


def captured(act: Any, config: Document = CONFIG) -> Captured:
    found = answer(act.snapshot(unread(config), TERMS, viewed(config)), account(config))
    assert isinstance(found, Captured)
    return found


def restored(of: Target, given: dict[str, Any]) -> Settled | Pending:
    view = answer(undo.look([of]), given)
    return answer(undo.restore(of, view), given)


def broken(act: Any = delete, config: Document = CONFIG, **changes: Any) -> Target:
    """The mapping as it was captured and broken."""
    found = captured(act, config)
    before = target(config, found.undo, **changes)
    taken = replace(before.snapshot, document=found.snapshot, original=found.snapshot)
    return replace(before, snapshot=taken)


def verified(of: Target, by: Any, now: Document) -> Document:
    found = answer(by.verify(of, View()), account(now))
    assert not isinstance(found, Pending)
    return found


def test_the_request_that_makes_a_deleted_mapping_again_alone_has_them() -> None:
    found = captured(delete)
    assert found.undo == create_request(CONFIG, {})
    assert ACCOUNT in json.dumps(found.undo)
    assert ACCOUNT not in json.dumps(found.snapshot)


def test_of_a_mapping_that_is_disabled_they_are_not_stored_at_all() -> None:
    found = captured(disable)
    assert ACCOUNT not in json.dumps([found.snapshot, found.undo])


def test_filters_without_a_key_are_stored_as_they_are() -> None:
    assert captured(delete, PLAIN).snapshot["config"]["FilterCriteria"] == PLAIN["FilterCriteria"]


@pytest.mark.parametrize(("act", "by"), [(delete, undo), (disable, enabling)])
@pytest.mark.parametrize(
    ("now", "equal"), [(CONFIG, True), (REORDERED, True), (OTHER, False), (WITHOUT_KEY, False)]
)
def test_they_are_compared_all_the_same_and_not_told(
    act: Any, by: Any, now: Document, *, equal: bool
) -> None:
    found = verified(broken(act), by, now)
    assert found["equal"] is equal
    assert ACCOUNT not in json.dumps(found)
    if not equal:
        assert found["differences"]["FilterCriteria"]["after"] == "encrypted"


@pytest.mark.parametrize(
    ("act", "by", "before"),
    [
        (
            delete,
            undo,
            "encrypted; see undo in item target-snapshot#0000#{} of experiment#run in the table",
        ),
        (disable, enabling, "encrypted"),
    ],
)
def test_where_they_were_is_told_only_if_they_are_stored(act: Any, by: Any, before: str) -> None:
    found = verified(broken(act), by, OTHER)["differences"]["FilterCriteria"]
    assert found["before"] == before.format(broken().key)


def test_a_key_that_someone_adds_hides_what_was_in_the_clear() -> None:
    found = verified(broken(config=PLAIN), undo, OTHER)
    assert ACCOUNT not in json.dumps(found)
    assert set(found["differences"]) == {"FilterCriteria", "KMSKeyArn"}


def test_what_was_deleted_in_announcement_only_is_known_again() -> None:
    survived = restored(broken(came_from="injecting"), account(REORDERED))
    assert not isinstance(survived, Pending)
    assert survived.status == "restored"


def quoted(code: str, status: int) -> Any:
    said = f"1 validation error detected: Value '{ACCOUNT}' at 'filterCriteria' is wrong"
    return refused(code, status, said)


@pytest.mark.parametrize("status", [400, 500])
def test_a_refusal_that_quotes_them_is_told_by_its_code(status: int) -> None:
    given = {
        **account(CONFIG),
        "GetEventSourceMapping": GONE,
        "ListEventSourceMappings": {"EventSourceMappings": []},
        "CreateEventSourceMapping": quoted("InvalidParameterValueException", status),
    }
    pending = restored(broken(), given)
    assert isinstance(pending, Pending)
    assert "InvalidParameterValueException" in pending.reason
    assert ACCOUNT not in pending.reason


def planned() -> Any:
    return answer(describe(broken(), now=1000), {})


def reported() -> Any:
    """Whatever a report and a failed execution tell of such a mapping."""
    meta = Meta("run", "closed", "arn", Experiment(function_name="orders"), deadline=0)
    differs = broken(
        status="restored", new_name=NEW_UUID, verification=verified(broken(), undo, OTHER)
    )
    left = broken(reason="no")
    found = [failure_of(meta, each, None) for each in ([differs], [left])]
    return [build(meta, [differs, left], [], {}, None), *map(str, found)]


@pytest.mark.parametrize(
    "told", [planned, reported, lambda: undo.by_hand(broken())], ids=["plan", "report", "by hand"]
)
def test_nothing_that_people_are_told_has_them(told: Callable[[], Any]) -> None:
    text = json.dumps(told())
    assert ACCOUNT not in text
    assert "encrypted" in text
    assert KEY in text or UUID in text


def test_the_command_by_hand_is_refused_until_they_are_filled_in() -> None:
    command = undo.by_hand(broken())
    where = f"see undo in item target-snapshot#0000#{broken().key} of experiment#run in the table"
    assert f'"FilterCriteria": "encrypted; {where}"' in command


def test_a_command_for_filters_without_a_key_has_them() -> None:
    assert ACCOUNT in undo.by_hand(broken(config=PLAIN))


def test_a_mapping_is_found_again_by_its_filters() -> None:
    """The request in the table is what a mapping is compared with."""
    new = OTHER | {"UUID": NEW_UUID}
    given = {
        **account(new),
        "GetEventSourceMapping": lambda params: GONE if params["UUID"] == UUID else ok(**new),
        "ListEventSourceMappings": {"EventSourceMappings": [new]},
    }
    settled = restored(broken(), given)
    assert not isinstance(settled, Pending)
    assert settled.status == "conflict"
    assert ACCOUNT not in settled.reason
