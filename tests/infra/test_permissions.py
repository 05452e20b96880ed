"""Roles, their table and their page say the same."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.permissions import CONDITIONS, EVERY_HANDLER, HANDLERS, RESOURCES
from infra.reference import PERMISSIONS_PAGE, README, permissions_page, readme

MUTATING = ("Create", "Delete", "Update", "Put")


def _policies(resources: Mapping[str, Any], module: str) -> list[Any]:
    (function,) = (
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::Lambda::Function"
        and each["Properties"]["Handler"] == f"{module}.handler"
    )
    role = resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]
    assert "ManagedPolicyArns" not in role
    return [policy["PolicyDocument"] for policy in role["Policies"]]


def _actions(statement: Mapping[str, Any]) -> set[str]:
    action = statement["Action"]
    return {action} if isinstance(action, str) else set(action)


@pytest.mark.parametrize("module", HANDLERS)
def test_a_role_may_do_exactly_what_the_table_says(
    resources: Mapping[str, Any], module: str
) -> None:
    (policy,) = _policies(resources, module)
    expected = EVERY_HANDLER + HANDLERS[module]
    assert [_actions(each) for each in policy["Statement"]] == [
        set(each.actions) for each in expected
    ]
    assert [("Condition" in each) for each in policy["Statement"]] == [
        (each.condition is not None) for each in expected
    ]


def test_no_other_policy_reaches_a_handler(resources: Mapping[str, Any]) -> None:
    attached = [
        role["Ref"]
        for each in resources.values()
        if each["Type"] == "AWS::IAM::Policy"
        for role in each["Properties"]["Roles"]
    ]
    assert all(name.startswith(("Experiment", "Restore")) for name in attached)
    assert not any(name.startswith("RestoreTargets") for name in attached)


def test_every_statement_names_a_known_resource_and_condition_and_gives_its_reason() -> None:
    for statement in [*EVERY_HANDLER, *(each for table in HANDLERS.values() for each in table)]:
        assert statement.resource in RESOURCES
        assert statement.condition is None or statement.condition in CONDITIONS
        assert statement.reason.endswith(".")


def test_no_handler_may_do_everything_of_a_service() -> None:
    for statements in HANDLERS.values():
        for statement in statements:
            assert not any("*" in action for action in statement.actions)


def test_changing_a_mapping_is_limited_to_the_target_functions() -> None:
    for statements in HANDLERS.values():
        for statement in statements:
            if any(
                "EventSourceMapping" in a and a[7:].startswith(MUTATING) for a in statement.actions
            ):
                assert statement.condition == "of a target"


def test_the_page_of_permissions_is_current() -> None:
    assert PERMISSIONS_PAGE.read_text() == permissions_page(), "run `make docs`"


def test_the_readme_shows_the_input_as_it_is_validated() -> None:
    assert README.read_text() == readme(), "run `make docs`"
