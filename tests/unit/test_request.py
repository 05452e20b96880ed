from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapback.model.experiment import Experiment
from snapback.validate.request import ALIASES, KEYS, SCHEMA, parse

LEAST = {"function_name": "orders", "event_uuids": "all"}


def sound(raw: dict[str, Any]) -> Experiment:
    parsed = parse(raw)
    assert parsed.problems == ()
    assert parsed.experiment is not None
    return parsed.experiment


def test_defaults_are_those_of_the_documentation() -> None:
    experiment = sound(LEAST)
    assert experiment == Experiment(function_name="orders", event_uuids="all")
    assert experiment.total_chaos_duration == 30
    assert (experiment.fault, experiment.sequence) == ("delete-mappings", "parallel")
    assert (experiment.cycles, experiment.chaos_interval, experiment.ramp_time) == (1, 30, 0)
    assert not experiment.dry_run
    assert not experiment.allow_managed


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
    assert getattr(sound(raw), key) == value


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
        ({"event_uuids": [7]}, "event_uuids: "),
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
    assert all(key in line for key in KEYS)


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
    assert parsed.experiment == Experiment(function_name="orders", event_uuids="all", ramp_time=4)


def test_every_alias_names_a_key() -> None:
    assert set(ALIASES.values()) <= set(KEYS)


def test_every_key_is_documented() -> None:
    assert set(SCHEMA["properties"]) == set(KEYS)
    assert all(each["description"] for each in SCHEMA["properties"].values())


def test_an_experiment_survives_its_record() -> None:
    experiment = sound({**LEAST, "cycles": 3, "event_uuids": "a,b"})
    assert Experiment.of(experiment.stored()) == experiment


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*KEYS, *ALIASES]) | st.text(max_size=5), inner)
        ),
        max_leaves=10,
    )
)
def test_any_json_is_answered_with_an_experiment_or_a_problem(raw: Any) -> None:
    parsed = parse(raw)
    assert parsed.problems or parsed.experiment
    assert all(": " in problem for problem in parsed.problems)
