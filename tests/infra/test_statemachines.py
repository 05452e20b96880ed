"""The rules of the state machines that AWS checks late or never."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra import FUNCTIONS, ROOT
from infra.definitions import FOLDER, load, module_of
from infra.refusal import Refusal
from snapback.model import errors
from snapback.model.timings import Timings

MACHINES = sorted(path.name.removesuffix(".asl.json") for path in FOLDER.glob("*.asl.json"))
INPUT_TO = ("Next", "Default")

every_machine = pytest.mark.parametrize("machine", MACHINES)


@dataclass(frozen=True)
class Scope:
    """A StartAt with its States: the machine itself, or the inside of a Map or Parallel."""

    document: Mapping[str, Any]
    outer: tuple["Scope", ...]

    @property
    def states(self) -> Mapping[str, Any]:
        return self.document["States"]

    @property
    def assigned(self) -> set[str]:
        return {name for state in self.states.values() for name in _assigned_anywhere(state)}


def _document(machine: str) -> dict[str, Any]:
    return json.loads(load(machine, Timings()).text)


def _scopes(document: Mapping[str, Any], outer: tuple[Scope, ...] = ()) -> Iterator[Scope]:
    scope = Scope(document, outer)
    yield scope
    for state in scope.states.values():
        for inner in [*state.get("Branches", []), state.get("ItemProcessor")]:
            if inner:
                yield from _scopes(inner, (*outer, scope))


def _states(machine: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for scope in _scopes(_document(machine)):
        yield from scope.states.items()


def _edges(state: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Each state that can follow, with the variables assigned on the way to it."""
    own = set(state.get("Assign", {}))
    for key in INPUT_TO:
        if key in state:
            yield state[key], own
    for choice in state.get("Choices", []):
        yield choice["Next"], set(choice.get("Assign", {}))
    for catch in state.get("Catch", []):
        yield catch["Next"], set(catch.get("Assign", {}))


def _assigned_anywhere(state: Mapping[str, Any]) -> set[str]:
    parts = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {name for part in parts for name in part.get("Assign", {})}


def _used(state: Mapping[str, Any]) -> set[str]:
    own = {key: value for key, value in state.items() if key not in ("Branches", "ItemProcessor")}
    expressions = re.findall(r"\{%(.*?)%\}", json.dumps(own, ensure_ascii=False))
    names = {name for each in expressions for name in re.findall(r"\$(\w+)\b(?!\s*\()", each)}
    return names - {"states"}


def _available(scope: Scope, inherited: set[str]) -> dict[str, set[str]]:
    """The variables that are assigned on every path to each state (a fixed point)."""
    everything = inherited | scope.assigned
    available = {name: set(everything) for name in scope.states}
    available[scope.document["StartAt"]] = set(inherited)
    changed = True
    while changed:
        changed = False
        for name, state in scope.states.items():
            for following, assigned in _edges(state):
                narrowed = available[following] & (available[name] | assigned)
                changed |= narrowed != available[following]
                available[following] = narrowed
    return available


def _undefined(scope: Scope, inherited: set[str]) -> Iterator[tuple[str, set[str]]]:
    available = _available(scope, inherited)
    for name, state in scope.states.items():
        if missing := _used(state) - available[name]:
            yield name, missing
        for inner in [*state.get("Branches", []), state.get("ItemProcessor")]:
            if inner:
                yield from _undefined(Scope(inner, ()), available[name])


@every_machine
def test_every_transition_leads_to_a_state_and_every_state_is_reached(machine: str) -> None:
    for scope in _scopes(_document(machine)):
        reached, ahead = set(), [scope.document["StartAt"]]
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached.add(name)
                ahead += [following for following, _ in _edges(scope.states[name])]
        assert reached == set(scope.states)


@every_machine
def test_every_matched_error_name_exists(machine: str) -> None:
    ours = {name for name in vars(errors) if not name.startswith("_")} - {"SnapbackError"}
    for name, state in _states(machine):
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]:
            for error in rule["ErrorEquals"]:
                assert error in ours or error.startswith(("States.", "Lambda.")), name


@every_machine
def test_what_lambda_itself_met_is_tried_again_but_never_a_change_that_may_land_late(
    machine: str,
) -> None:
    throttled = "Lambda.TooManyRequestsException"
    lambdas = {
        *(throttled, "Lambda.ServiceException"),
        *("Lambda.AWSLambdaException", "Lambda.SdkClientException"),
    }
    for name, state in _states(machine):
        if state["Type"] == "Task":
            retried = {each for rule in state["Retry"] for each in rule["ErrorEquals"]}
            if name == "Inject fault":
                assert retried == {throttled}
            else:
                assert "States.ALL" in retried or lambdas <= retried, name


@every_machine
def test_a_rule_for_all_errors_stands_alone_and_last(machine: str) -> None:
    for name, state in _states(machine):
        for rules in (state.get("Retry", []), state.get("Catch", [])):
            for position, rule in enumerate(rules):
                if "States.ALL" in rule["ErrorEquals"]:
                    assert rule["ErrorEquals"] == ["States.ALL"], name
                    assert position == len(rules) - 1, name


@every_machine
def test_every_variable_is_assigned_on_every_path_to_its_use(machine: str) -> None:
    (outermost, *_) = _scopes(_document(machine))
    assert dict(_undefined(outermost, set())) == {}


@every_machine
def test_no_variable_of_an_outer_scope_is_assigned_inside_a_map_or_parallel(machine: str) -> None:
    for scope in _scopes(_document(machine)):
        assert not scope.assigned & {name for outer in scope.outer for name in outer.assigned}


@every_machine
def test_no_variable_is_named_like_a_jsonata_function(machine: str) -> None:
    functions = {"round", "count", "sum", "max", "min", "now", "error", "type", "keys", "length"}
    for scope in _scopes(_document(machine)):
        assert not scope.assigned & functions


@every_machine
def test_the_machine_and_every_task_have_a_timeout(machine: str) -> None:
    assert _document(machine)["TimeoutSeconds"] > 0
    for name, state in _states(machine):
        if state["Type"] == "Task":
            assert state["TimeoutSeconds"] > 0, name


@every_machine
def test_a_task_waits_longer_than_its_function_may_run(machine: str) -> None:
    for name, state in _states(machine):
        if state["Type"] == "Task":
            module = name.lower().replace(" ", "_")
            assert state["TimeoutSeconds"] > getattr(Timings(), f"{module}_function_seconds")


@every_machine
def test_a_task_is_named_like_its_function_and_its_handler_module(machine: str) -> None:
    for name, state in _states(machine):
        if state["Type"] == "Task":
            function = re.fullmatch(r"\$\{(\w+)\}", state["Resource"])
            assert function, name
            assert module_of(function[1]) == name.lower().replace(" ", "_")
            assert (FUNCTIONS / f"{module_of(function[1])}.py").is_file(), name


@every_machine
def test_asl_validator_accepts_the_definition(machine: str, tmp_path: Path) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:Any"
    definition = tmp_path / f"{machine}.json"
    definition.write_text(re.sub(r"\$\{\w+\}", arn, load(machine, Timings()).text))
    run = subprocess.run(
        [ROOT / "node_modules/.bin/asl-validator", "--json-path", definition],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_definition_that_names_an_unknown_timing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.definitions.FOLDER", tmp_path)
    (tmp_path / "wrong.asl.json").write_text('{"TimeoutSeconds": "${nap_seconds}"}')
    with pytest.raises(Refusal, match=r"wrong.asl.json: \$\{nap_seconds\}"):
        load("wrong", Timings())
