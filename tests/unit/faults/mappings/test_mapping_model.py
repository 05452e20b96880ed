"""The mapping rules held against botocore's own model of the API."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import uuid4

import botocore.session
import pytest
from botocore.model import Shape, StructureShape
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from snapback.faults.mappings.mapping import READ_ONLY, create_request, satisfies
from snapback.workload.sources import kind_of
from tests.unit.samples import CONFIGS

DERIVED = {"FunctionName", "Enabled", "Tags"}
OF_SOURCE = {"EventSourceArn", "SelfManagedEventSource"}


@cache
def shape(operation: str, kind: str) -> StructureShape:
    model = botocore.session.get_session().get_service_model("lambda")
    return getattr(model.operation_model(operation), f"{kind}_shape")


def create_members() -> dict[str, Shape]:
    return dict(shape("CreateEventSourceMapping", "input").members)


def output_members() -> dict[str, Shape]:
    return dict(shape("GetEventSourceMapping", "output").members)


def test_read_only_is_what_get_answers_and_create_does_not_accept() -> None:
    assert set(output_members()) - set(create_members()) == READ_ONLY


def test_every_setting_that_create_accepts_is_answered_by_get_or_derived() -> None:
    assert set(create_members()) - set(output_members()) == DERIVED


@pytest.mark.parametrize("name", sorted(set(create_members()) & set(output_members())))
def test_a_setting_has_the_same_shape_both_ways(name: str) -> None:
    assert create_members()[name].name == output_members()[name].name


def problems(request: Mapping[str, Any]) -> str:
    report = ParamValidator().validate(request, shape("CreateEventSourceMapping", "input"))
    return str(report.generate_report())


@pytest.mark.parametrize("source", CONFIGS)
def test_every_request_is_accepted_by_the_model(source: str) -> None:
    assert problems(create_request(CONFIGS[source], {"team": "a"})) == ""


def values(of: Shape) -> st.SearchStrategy[Any]:
    """Any value the model allows for a shape."""
    low, high = of.metadata.get("min", 0), of.metadata.get("max", 10_000)
    if of.type_name == "structure":
        members = {name: values(each) for name, each in of.members.items()}
        required = {name: members.pop(name) for name in of.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if of.type_name == "list":
        return st.lists(values(of.member), min_size=low, max_size=min(high, 3))
    if of.type_name == "map":
        return st.dictionaries(values(of.key), values(of.value), max_size=2)
    scalars = {
        "string": st.text("abc:/-{}\"'é", min_size=low, max_size=low + 8),
        "boolean": st.booleans(),
        "timestamp": st.integers(1, 2_000_000_000),
    }
    enum = getattr(of, "enum", None)
    return st.sampled_from(enum) if enum else scalars.get(of.type_name, st.integers(low, high))


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    """A settled mapping of any source, with any settings the model allows."""
    base = CONFIGS[draw(st.sampled_from(sorted(CONFIGS)))]
    kept = {k: v for k, v in base.items() if k in READ_ONLY or k in OF_SOURCE}
    members = {k: v for k, v in output_members().items() if k not in READ_ONLY | OF_SOURCE}
    drawn = draw(st.fixed_dictionaries({}, optional={k: values(v) for k, v in members.items()}))
    return {**kept, **drawn, "State": draw(st.sampled_from(["Enabled", "Disabled"]))}


def read_back(request: Mapping[str, Any], shuffled: st.DataObject) -> dict[str, Any]:
    """What AWS would answer for the mapping that a request made: reordered, with echoes."""
    made = {k: v for k, v in request.items() if k not in DERIVED}
    echoes: dict[str, Any] = {"FilterCriteria": {}, "DestinationConfig": {"OnFailure": {}}}
    if "kafka" in kind_of(made) or kind_of(made) == "msk":
        echoes |= {"MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1}
        echoes |= {"BisectBatchOnFunctionError": False}
    if "ProvisionedPollerConfig" in request or kind_of(made) in ("kinesis", "dynamodb"):
        echoes = {}
    for name, value in made.items():
        if isinstance(value, list):
            made[name] = shuffled.draw(st.permutations(value))
    return {
        **echoes,
        **made,
        "UUID": str(uuid4()),
        "FunctionArn": request["FunctionName"],
        "State": "Enabled" if request["Enabled"] else "Disabled",
        "LastModified": 1,
    }


@settings(max_examples=200)
@given(configurations(), st.data())
def test_what_a_request_makes_satisfies_it(config: dict[str, Any], data: st.DataObject) -> None:
    request = create_request(config, {"team": "a"})
    assert problems(request) == ""
    made = read_back(request, data)
    assert satisfies(made, request)
    assert create_request(made, {"team": "a"}).keys() == request.keys()


@settings(max_examples=200)
@given(configurations())
def test_no_setting_that_the_source_allows_is_lost(config: dict[str, Any]) -> None:
    request = create_request(config, {})
    for name in ("BatchSize", "KMSKeyArn", "Topics", "Queues"):
        if config.get(name):
            assert request[name] == config[name]
    assert request["FunctionName"] == config["FunctionArn"]
    assert request["Enabled"] is (config["State"] == "Enabled")
