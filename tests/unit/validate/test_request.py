from dataclasses import asdict, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapback.faults import registry
from snapback.model.experiment import COMMON_KEYS, Experiment
from snapback.validate.names import ALIASES, MEANINGLESS
from snapback.validate.request import parse
from snapback.validate.schema import keys, schema

LEAST = {"function_name": "orders", "event_uuids": "all"}
OWN = {
    "event_uuids": "all",
    "resume": "lossless",
    "allow_managed": False,
    "accept_expiry": False,
}
NAMES = sorted({*ALIASES, *MEANINGLESS, "$schema"})
KEYS = {key for fault in registry.FAULTS for key in keys(fault)}


def sound(raw: dict[str, Any]) -> Experiment:
    parsed = parse(raw)
    assert parsed.problems == ()
    assert parsed.experiment is not None
    return parsed.experiment


def test_defaults_are_those_of_the_documentation() -> None:
    experiment = sound(LEAST)
    assert experiment == Experiment(function_name="orders", own=OWN)
    assert experiment.total_chaos_duration == 30
    assert (experiment.fault, experiment.sequence) == ("delete-mappings", "parallel")
    assert (experiment.cycles, experiment.chaos_interval, experiment.ramp_time) == (1, 30, 0)
    assert not experiment.dry_run
    assert not experiment.own["allow_managed"]


@pytest.mark.parametrize(
    ("raw", "key", "value"),
    [
        ({"FUNCTION_NAME": "others", "event_uuids": "all"}, "function_name", "others"),
        ({**LEAST, "TOTAL_CHAOS_DURATION": "45"}, "total_chaos_duration", 45),
        ({**LEAST, "total_chaos_duration": "45"}, "total_chaos_duration", 45),
        ({**LEAST, "SEQUENCE": "serial"}, "sequence", "serial"),
        ({**LEAST, "RAMP_TIME": "5"}, "ramp_time", 5),
        ({**LEAST, "RAMP_TIME": ""}, "ramp_time", 0),
        ({**LEAST, "CHAOS_INTERVAL": 7}, "chaos_interval", 7),
        ({**LEAST, "REGION": "eu-north-1"}, "region", "eu-north-1"),
        ({**LEAST, "ASSUME_ROLE_ARN": "arn"}, "assume_role_arn", "arn"),
        ({"function_name": "orders", "EVENT_UUIDS": "a, b ,c,"}, "event_uuids", ["a", "b", "c"]),
        ({"function_name": "orders", "event_uuids": "a,b"}, "event_uuids", ["a", "b"]),
        ({"function_name": "orders", "event_uuids": ["a"]}, "event_uuids", ["a"]),
        ({"function_name": "orders", "EVENT_UUIDS": "all"}, "event_uuids", "all"),
        ({**LEAST, "dry_run": "true"}, "dry_run", True),
        ({**LEAST, "cycles": 3.0}, "cycles", 3),
    ],
    ids=str,
)
def test_aliases_and_strings_are_understood(raw: dict[str, Any], key: str, value: Any) -> None:
    assert sound(raw).stored()[key] == value


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"total_chaos_duration": 0}, "total_chaos_duration: 0 is refused; give whole seconds"),
        ({"total_chaos_duration": -1}, "total_chaos_duration: -1 is refused"),
        ({"total_chaos_duration": "soon"}, "total_chaos_duration: 'soon' is refused"),
        ({"total_chaos_duration": 1.5}, "total_chaos_duration: 1.5 is refused"),
        ({"total_chaos_duration": None}, "total_chaos_duration: None is refused"),
        ({"total_chaos_duration": True}, "total_chaos_duration: True is refused"),
        ({"total_chaos_duration": [30]}, "total_chaos_duration: [30] is refused"),
        ({"cycles": 101}, "cycles: 101 is refused"),
        ({"cycles": 0}, "cycles: 0 is refused"),
        ({"ramp_time": 86_401}, "ramp_time: 86401 is refused"),
        ({"chaos_interval": -1}, "chaos_interval: -1 is refused"),
        ({"sequence": "sideways"}, "sequence: 'sideways' is refused; give parallel"),
        ({"fault": "meteor"}, "fault: 'meteor' is refused; give delete-mappings"),
        ({"resume": "later"}, "resume: 'later' is refused"),
        ({"function_name": ""}, "function_name: '' is refused"),
        ({"function_name": False}, "function_name: False is refused"),
        ({"event_uuids": 7}, "event_uuids: 7 is refused"),
        ({"event_uuids": [7]}, "event_uuids: [7] is refused"),
        ({"event_uuids": True}, "event_uuids: True is refused"),
        ({"dry_run": "perhaps"}, "dry_run: 'perhaps' is refused"),
        ({"duration": 30}, "duration: unknown key; "),
        ({"FUNCTION_NAME": "others"}, "FUNCTION_NAME: given twice, as function_name"),
    ],
    ids=str,
)
def test_a_bad_value_is_refused_by_name_with_what_to_give(
    changes: dict[str, Any], problem: str
) -> None:
    lines = parse(LEAST | changes).problems
    assert lines[0].startswith(problem)
    assert {line.split(":")[0] for line in lines} == {problem.split(":", maxsplit=1)[0]}


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("functionname", "function_name"),
        ("cycle", "cycles"),
        ("EVENT_UUID", "event_uuids"),
        ("Ramp_Time", "ramp_time"),
        ("dryrun", "dry_run"),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest_known_one(name: str, near: str) -> None:
    assert parse({**LEAST, name: 1}).problems == (f"{name}: unknown key; did you mean {near}?",)


def test_an_unknown_key_near_nothing_is_answered_with_all_known_ones() -> None:
    [line] = parse({**LEAST, "zzz": 1}).problems
    assert all(key in line for key in keys("delete-mappings"))


@pytest.mark.parametrize("raw", [None, [], "x", 3, True, [LEAST]], ids=str)
def test_what_is_no_object_is_refused_with_an_example(raw: Any) -> None:
    parsed = parse(raw)
    assert parsed.experiment is None
    [line] = parsed.problems
    assert "is not a JSON object; give for example {" in line


@pytest.mark.parametrize("missing", ["function_name", "event_uuids"])
def test_a_missing_key_is_named_with_what_to_give(missing: str) -> None:
    parsed = parse({k: v for k, v in LEAST.items() if k != missing})
    assert parsed.experiment is None
    [line] = parsed.problems
    assert line.startswith(f"{missing}: missing; give the ")


def test_every_problem_is_found_at_once_and_the_sound_values_are_kept() -> None:
    parsed = parse({**LEAST, "cycles": 0, "sequence": "x", "zzz": 1, "ramp_time": "4"})
    assert len(parsed.problems) == 3
    assert parsed.experiment == Experiment(function_name="orders", ramp_time=4, own=OWN)


def test_every_alias_names_a_key() -> None:
    assert set(ALIASES.values()) <= KEYS


def test_no_name_has_two_meanings() -> None:
    assert not {*ALIASES, *MEANINGLESS} & KEYS
    assert not ALIASES.keys() & MEANINGLESS.keys()


@pytest.mark.parametrize("fault", registry.FAULTS)
def test_every_key_of_every_fault_is_documented(fault: str) -> None:
    own = {each.name for each in fields(registry.plan(fault).Input)}
    assert not own & set(COMMON_KEYS)
    assert set(keys(fault)) == {*COMMON_KEYS, *own}
    assert all(each["description"] for each in keys(fault).values())
    assert schema(fault)["description"]


@pytest.mark.parametrize("fault", registry.FAULTS)
def test_each_fault_has_its_own_keys_beside_the_common_ones(fault: str) -> None:
    asked = sound({**LEAST, "fault": fault, "cycles": 2, "accept_expiry": True})
    assert asked.fault == fault
    assert asked.own == asdict(registry.plan(fault).Input(event_uuids="all", accept_expiry=True))


def test_a_key_of_another_fault_is_refused_with_the_faults_that_have_it() -> None:
    raw = {**LEAST, "fault": "disable-mappings", "resume": "original", "cycles": 0}
    ours, other = parse(raw).problems
    assert ours == (
        "resume: disable-mappings has no such key, only delete-mappings; leave it out or choose "
        "another fault"
    )
    assert other.startswith("cycles: 0 is refused")


@pytest.mark.parametrize(
    ("fault", "near"),
    [
        ("delete-mapping", "delete-mappings"),
        ("disable_mappings", "disable-mappings"),
        ("DISABLE-MAPPINGS", "disable-mappings"),
    ],
)
def test_a_misspelt_fault_is_answered_with_the_nearest_and_read_as_that(
    fault: str, near: str
) -> None:
    parsed = parse({"fault": fault, "function_name": "orders", "cycles": 0})
    assert parsed.problems[0] == f"fault: {fault!r} is refused; did you mean {near}?"
    assert [line.split(" ")[0] for line in parsed.problems[1:]] == ["cycles:", "event_uuids:"]


@pytest.mark.parametrize("fault", ["meteor", "", 7, None, ["delete-mappings"], True], ids=str)
def test_a_fault_like_none_is_refused_with_every_other_problem(fault: Any) -> None:
    parsed = parse({**LEAST, "fault": fault, "cycles": 0, "event_uuids": 7, "zzz": 1})
    assert parsed.problems[0] == (
        f"fault: {fault!r} is refused; give delete-mappings or disable-mappings"
    )
    assert {line.split(":")[0] for line in parsed.problems} == {
        "fault",
        "cycles",
        "event_uuids",
        "zzz",
    }


def test_a_fault_like_none_is_not_blamed_for_the_keys_that_it_may_not_have() -> None:
    [line] = parse({"fault": "meteor", "function_name": "orders"}).problems
    assert line.startswith("fault: 'meteor' is refused")


def test_an_experiment_survives_its_record() -> None:
    experiment = sound({**LEAST, "cycles": 3, "event_uuids": "a,b"})
    assert Experiment.of(experiment.stored()) == experiment


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*sorted(KEYS), *NAMES]) | st.text(max_size=5), inner)
        ),
        max_leaves=10,
    )
)
def test_any_json_is_answered_with_an_experiment_or_a_problem(raw: Any) -> None:
    parsed = parse(raw)
    assert parsed.problems or parsed.experiment
    assert all(": " in problem for problem in parsed.problems)


PASTED = {
    "FUNCTION_NAME": "orders",
    "REGION": "eu-west-1",
    "EVENT_UUIDS": "id-1,id-2",
    "TOTAL_CHAOS_DURATION": "60",
    "CHAOS_INTERVAL": "10",
    "SEQUENCE": "serial",
    "RAMP_TIME": "",
    "ASSUME_ROLE_ARN": "",
    "AWS_AUTHENTICATION_SECRET": "",
    "AWS_SHARED_CREDENTIALS_FILE": "",
    "DEFAULT_HEALTH_CHECK": "",
    "INSTANCE_ID": "",
    "LIB": "",
    "LIB_IMAGE": "",
}
"""The fault's tunables, with those that every fault of Harness and LitmusChaos has."""


def test_a_specification_of_another_tool_works_as_it_is() -> None:
    parsed = parse(PASTED)
    assert (parsed.problems, parsed.warnings) == ((), ())
    assert parsed.experiment == Experiment(
        function_name="orders",
        region="eu-west-1",
        total_chaos_duration=60,
        chaos_interval=10,
        sequence="serial",
        own=OWN | {"event_uuids": ["id-1", "id-2"]},
    )


def test_what_means_nothing_here_is_warned_of_and_never_quoted() -> None:
    secret = "account.aws-credentials"  # noqa: S105
    parsed = parse({**PASTED, **dict.fromkeys(MEANINGLESS, secret)})
    assert parsed.problems == ()
    assert parsed.experiment == parse(PASTED).experiment
    assert [line.split(" ")[0] for line in parsed.warnings] == list(MEANINGLESS)
    assert not [line for line in parsed.warnings if secret in line]


def test_a_schema_for_the_editor_is_no_part_of_the_experiment() -> None:
    assert sound({**LEAST, "$schema": "docs/experiment.schema.json"}) == sound(LEAST)
