"""What people and editors are told of the input is what validation takes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from cfnlint.jsonschema import StandardValidator

from infra import ROOT
from infra.input_reference import schema_document, schema_page
from infra.reference import README, SCHEMA_PAGE, readme
from snapback.faults import registry
from snapback.model.expectations import KINDS
from snapback.validate.request import parse
from snapback.validate.schema import keys

LEAST = {"function_name": "orders", "event_uuids": "all"}
VALIDATOR = StandardValidator(schema_document())


def fits(experiment: Any) -> bool:
    """Whether an editor that has the schema finds nothing wrong."""
    return not list(VALIDATOR.iter_errors(experiment))


def examples() -> Iterator[dict[str, Any]]:
    """Every input that the documentation and the game-day plans show."""
    for plan in sorted((ROOT / "gamedays").glob("*.json")):
        yield from json.loads(plan.read_text())["experiments"]
    text = README.read_text()
    for shown in re.findall(r"--input '({.*})'", text):
        if "function_name" in (experiment := json.loads(shown)):
            yield experiment
    for shown in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
        yield from json.loads(shown).get("experiments", [])
    expectations = (ROOT / "docs" / "expectations.md").read_text()
    for shown in re.findall(r'"expect": (\[.*?\n    \])', expectations, re.DOTALL):
        yield {**LEAST, "expect": json.loads(shown)}


def test_the_schema_for_editors_is_current() -> None:
    assert SCHEMA_PAGE.read_text() == schema_page(), "run `make docs`"


def test_the_input_in_the_readme_is_current() -> None:
    assert README.read_text() == readme(), "run `make docs`"


def test_the_documentation_shows_examples() -> None:
    assert len(list(examples())) >= 5


@pytest.mark.parametrize("example", list(examples()), ids=json.dumps)
def test_every_example_is_valid_for_editors_and_for_validation(example: dict[str, Any]) -> None:
    assert fits(example)
    assert parse(example).problems == ()


@pytest.mark.parametrize("fault", registry.FAULTS)
def test_the_schema_of_each_fault_describes_every_key(fault: str) -> None:
    [described] = [each for each in schema_document()["oneOf"] if each["title"] == fault]
    assert set(described["properties"]) == {*keys(fault), "$schema"}
    assert all(each["description"] for each in described["properties"].values())
    assert described["description"]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"fault": "delete-mappings", "resume": "original", "allow_managed": True},
        {"fault": "disable-mappings", "accept_expiry": True},
        {"event_uuids": ["a", "b"], "cycles": 100, "ramp_time": 0},
        {"region": "eu-west-1", "stop_alarms": ["a"]},
        {"expect": [{"type": "backlog_grew"}, {"type": "drained_within", "seconds": 60}]},
        {"$schema": "docs/experiment.schema.json"},
    ],
    ids=json.dumps,
)
def test_what_validation_takes_an_editor_takes(change: dict[str, Any]) -> None:
    assert fits(LEAST | change)
    assert parse(LEAST | change).problems == ()


BAD_CHANGES: list[dict[str, Any]] = [
    {"fault": "meteor"},
    {"fault": "disable-mappings", "resume": "original"},
    {"event_uuids": 7},
    {"event_uuids": [7]},
    {"function_name": ""},
    {"cycles": 0},
    {"cycles": 101},
    {"cycles": True},
    {"total_chaos_duration": "soon"},
    {"ramp_time": 86_401},
    {"sequence": "sideways"},
    {"dry_run": 7},
    {"stop_alarms": ["a"] * 101},
    {"expect": [{"type": "backlog_grew"}] * 51},
    {"expect": [{"at_least": 3}]},
    {"expect": [{"type": "backlog_grew", "at_most": 3}]},
    {"expect": [{"type": "drained_within"}]},
    {"expect": [{"type": "drained_within", "seconds": 0}]},
    {"expect": [{"type": "wishes"}]},
    {"zzz": 1},
    {"own": {}},
]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"function_name": "orders"},
        {"event_uuids": "all"},
        [LEAST],
        *({**LEAST, **change} for change in BAD_CHANGES),
    ],
    ids=json.dumps,
)
def test_what_validation_refuses_an_editor_refuses(bad: Any) -> None:
    assert not fits(bad)
    assert parse(bad).problems


def test_every_kind_of_expectation_is_described_to_editors() -> None:
    described = schema_document()["$defs"]
    for name, kind in KINDS.items():
        assert described[kind.__name__]["properties"]["type"]["const"] == name
        assert "type" in described[kind.__name__]["required"]


def test_the_schema_names_no_host_but_that_of_its_dialect() -> None:
    assert set(re.findall(r"https?://[^\s\"]+", json.dumps(schema_document()))) == {
        "https://json-schema.org/draft/2020-12/schema"
    }
    assert "$id" not in schema_document()
