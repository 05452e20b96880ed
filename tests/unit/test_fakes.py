"""The fakes that all suites share: what is refused in which state, and where each state ends."""

from typing import Any

import pytest

from snapback.model.effects import Answer, Change, Key, Write
from tests.fakes import capacity, mappings, requests, table
from tests.fakes.capacity import Units
from tests.fakes.mappings import BECOMES, CREATE, DELETE, UPDATE, Source, Sources, uuid_of
from tests.fakes.quota import Window
from tests.fakes.values import number_of
from tests.unit.samples import REQUESTS

UUID = uuid_of(1)


def changed(state: str, operation: str, **params: Any) -> tuple[Answer, Sources]:
    source = Source(UUID, state, number_of(REQUESTS["kinesis"]))
    return mappings.change((source,), operation, {"UUID": UUID, **params}, uuid_of(2), 0)


@pytest.mark.parametrize("state", BECOMES)
@pytest.mark.parametrize(("operation", "verb"), [(DELETE, "delete"), (UPDATE, "update")])
def test_a_mapping_in_transition_refuses_every_change(
    state: str, operation: str, verb: str
) -> None:
    answer, [after] = changed(state, operation, Enabled=False)
    assert (answer.code, answer.status) == ("ResourceInUseException", 400)
    assert answer.message == f"Cannot {verb} the event source mapping because it is in use."
    assert after.state == state


@pytest.mark.parametrize(
    ("state", "operation", "params", "states"),
    [
        ("Enabled", DELETE, {}, ["Deleting", None]),
        ("Disabled", DELETE, {}, ["Deleting", None]),
        ("Enabled", UPDATE, {"Enabled": False}, ["Disabling", "Disabled"]),
        ("Disabled", UPDATE, {"Enabled": True}, ["Enabling", "Enabled"]),
        ("Enabled", UPDATE, {"BatchSize": 7}, ["Updating", "Enabled"]),
        ("Enabled", UPDATE, {"Enabled": True}, ["Enabled"]),
        ("Disabled", UPDATE, {"BatchSize": 7}, ["Disabled"]),
    ],
)
def test_a_change_takes_its_time_and_a_late_read_shows_what_was_before(
    state: str, operation: str, params: dict[str, Any], states: list[str | None]
) -> None:
    answer, [after] = changed(state, operation, **params)
    assert (answer.body["State"], after.late.state) == (states[0], state)
    if not after.settled:
        ended = mappings.moved_on(after)
        assert (ended and ended.state) == states[1]


@pytest.mark.parametrize(("asked", "state"), [(True, "Creating"), (False, "Disabled")])
def test_a_mapping_is_made_once_for_each_source_and_function(asked: bool, state: str) -> None:  # noqa: FBT001
    for source, request in REQUESTS.items():
        made, sources = mappings.change((), CREATE, {**request, "Enabled": asked}, UUID, 9e9)
        assert made.body["State"] == state
        again, after = mappings.change(sources, CREATE, request, uuid_of(2), 9e9)
        assert (again.code, again.status, after) == ("ResourceConflictException", 409, sources)
        assert again.message.endswith(f"existing mapping with UUID {UUID}"), source


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("GetEventSourceMappings", {"UUID": UUID}),
        ("GetEventSourceMapping", {}),
        ("GetEventSourceMapping", {"UUID": 7}),
        ("GetEventSourceMapping", {"UUID": UUID, "Uuid": UUID}),
    ],
)
def test_a_request_that_the_sdk_would_not_send_fails(operation: str, params: Any) -> None:
    with pytest.raises(AssertionError, match=operation):
        requests.check("lambda", operation, params)


def test_a_boolean_equals_no_number_in_the_table() -> None:
    key = Key("a", "b")
    items = table.write({}, Write((Change(key, set={"flag": True, "count": 1}),)))
    assert items
    for name, value in {"flag": 1, "count": True}.items():
        assert table.write(items, Write((Change(key, ({name: (value,)},), delete=True),))) is None
    assert table.write(items, Write((Change(key, ({"count": (1.0,)},), delete=True),))) == {}


def test_a_list_is_answered_by_pages_of_a_hundred() -> None:
    number = number_of(REQUESTS["sqs"])
    sources = tuple(Source(uuid_of(each), "Enabled", number) for each in range(250))
    found, asked = [], {"MaxItems": "10000"}
    for size in (100, 100, 50):
        page = mappings.read(sources, "ListEventSourceMappings", asked).body
        assert len(page["EventSourceMappings"]) == size
        found += [each["UUID"] for each in page["EventSourceMappings"]]
        asked = {**asked, "Marker": page.get("NextMarker", "")}
    assert asked["Marker"] == ""
    assert found == [each.uuid for each in sources]


@pytest.mark.parametrize(
    ("attribute", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "0"}, 1),
        ({"N": "1800000000.125"}, 8),
        ({"N": "-15"}, 3),
        ({"BOOL": True}, 1),
        ({"L": [{"S": "ab"}, {"NULL": True}]}, 8),
        ({"M": {"key": {"S": "ab"}}}, 9),
    ],
)
def test_an_item_is_as_large_as_its_names_and_values(attribute: Any, size: int) -> None:
    assert capacity.item_bytes({"pk": attribute}) == len("pk") + size


def test_units_are_counted_from_what_an_item_was_and_is() -> None:
    units = Units()
    units.writes(1025, 10, times=capacity.TRANSACTION)
    units.writes(0, 1024, times=1)
    units.reads([3000, 3000], consistent=True)
    units.reads([], consistent=False)
    assert (units.write, units.read) == (5, 2.5)


def test_no_second_lets_more_requests_pass_than_the_quota() -> None:
    window = Window(most=15)
    sent = [each / 100 for each in range(300)]
    passed = [at for at in sent if window.admits(at)]
    assert (window.admitted, window.refused) == (45, 255)
    assert all(len([at for at in passed if start < at <= start + 1]) <= 15 for start in sent)


def test_what_others_send_takes_its_share_of_the_quota() -> None:
    window = Window(most=15, others_per_second=5)
    passed = [at for at in (each / 100 for each in range(1000)) if window.admits(at)]
    assert 9.9 <= len(passed) / 10 <= 11
