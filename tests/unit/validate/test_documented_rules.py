"""Every rule that docs/experiment.schema.json tells of the input is what validation holds it to."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra import ROOT
from snapback.validate.request import parse

SCHEMA = json.loads((ROOT / "docs" / "experiment.schema.json").read_text())
LEAST = {"function_name": "orders", "event_uuids": "all"}
LEAST_EXPECTED: dict[str, dict[str, Any]] = {
    "drained_within": {"seconds": 5},
    "alarm_within": {"alarm": "a", "seconds": 5},
    "alarm_stays_ok": {"alarm": "a"},
    "probe_stays_up": {"url": "https://a"},
    "metric": {"namespace": "Shop", "name": "Orders", "comparison": "<", "threshold": 1},
}

type Key = tuple[str, str]
"""The fault or the kind of expectation that has a key, and the key."""


def documented() -> dict[Key, dict[str, Any]]:
    """Every key, with its rules."""
    found: dict[Key, dict[str, Any]] = {}
    for fault in SCHEMA["oneOf"]:
        found |= {(fault["title"], name): rule for name, rule in fault["properties"].items()}
    for kind in SCHEMA["$defs"].values():
        title = kind["properties"]["type"]["const"]
        found |= {(title, name): rule for name, rule in kind["properties"].items()}
    return found


def given(key: Key, value: Any) -> dict[str, Any]:
    """The smallest input with a value for a key."""
    owner, name = key
    if owner in {fault["title"] for fault in SCHEMA["oneOf"]}:
        return {**LEAST, "fault": owner, name: value}
    return {**LEAST, "expect": [{"type": owner, **LEAST_EXPECTED.get(owner, {}), name: value}]}


def edges(rule: dict[str, Any]) -> Iterator[tuple[Any, bool]]:
    """Values at the edge of what a rule permits and next to it, and whether it permits them."""
    for each in rule.get("anyOf", [rule]):
        for name, step in (("minimum", -1), ("maximum", 1)):
            if name in each:
                yield from ((each[name], True), (each[name] + step, False))
        for name, step in (("minLength", -1), ("maxLength", 1)):
            if name in each:
                yield from ((_text(each[name]), True), (_text(each[name] + step), False))
        if "maxItems" in each and each["items"] == {"type": "string"}:
            yield from ((["a"] * each["maxItems"], True), (["a"] * (each["maxItems"] + 1), False))
        for value in each.get("enum", ()):
            yield from ((value, True), (f"{value}_", False))


def _text(length: int) -> str:
    """A text of that length, a URL if there is room for one."""
    return f"{'https://a/':a<{length}}"[:length]


EDGES = [
    pytest.param(key, value, permitted, id=f"{'.'.join(key)} {str(value)[:20]} {permitted}")
    for key, rule in documented().items()
    for value, permitted in edges(rule)
    if (key[1], value) != ("url", "h")
]


@pytest.mark.parametrize(("key", "value", "permitted"), EDGES)
def test_a_value_at_the_edge_is_taken_and_the_next_one_refused(
    key: Key, value: Any, *, permitted: bool
) -> None:
    problems = parse(given(key, value)).problems
    assert bool(problems) is not permitted, problems


DEFAULTS = [(key, rule["default"]) for key, rule in documented().items() if "default" in rule]


@pytest.mark.parametrize(("key", "default"), DEFAULTS)
def test_a_key_that_is_left_out_is_its_default(key: Key, default: Any) -> None:
    asked = given(key, default)
    without = given(key, default)
    (without["expect"][0] if "expect" in without else without).pop(key[1])
    if key[1] == "type":
        assert parse(without).problems
    else:
        assert parse(without).experiment == parse(asked).experiment is not None


def test_rules_and_defaults_are_documented() -> None:
    assert len(EDGES) > 100
    assert len(DEFAULTS) > 30
