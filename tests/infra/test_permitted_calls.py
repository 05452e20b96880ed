"""Every role may do what its handler can call, and nothing else, read from the code itself."""

from collections.abc import Iterable, Iterator

import pytest

from infra.permissions import EVERY_FAULT, HANDLERS, INDEX, TABLE, TABLES, of_fault
from snapback.faults.registry import FAULTS
from snapback.protocol import contract
from snapback.protocol.permissions import Question, Statement
from tests.infra.names import Symbol
from tests.infra.reach import Found, Sent, everything_sent, reached

PREFIX = {"stepfunctions": "states", "dynamodbstreams": "dynamodb", "docdb": "rds"}
"""IAM's name of a service where it is not botocore's."""

ON_TABLE = {
    "Fetch": "dynamodb:GetItem",
    "Load": "dynamodb:Query",
    "Load index": "dynamodb:Query",
    "Set": "dynamodb:UpdateItem",
    "Check only": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
}
_ENCRYPTED = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey")
MAY_NEED_TOO = {
    "lambda:GetFunction": ("lambda:ListTags",),
    "lambda:GetEventSourceMapping": ("kms:Decrypt",),
    "lambda:CreateEventSourceMapping": (
        "kafka:ListVpcConnections",
        "lambda:TagResource",
        *_ENCRYPTED,
    ),
    "lambda:UpdateEventSourceMapping": _ENCRYPTED,
    "sns:Publish": ("kms:Decrypt", "kms:GenerateDataKey"),
}
"""What AWS asks of whoever calls something, beside the action of that name."""

NEVER_ASKED = {"release_targets": {Question.LOOK_AFTERWARDS, Question.RESTORE}}
"""It only runs where nothing was touched, so that all there is to restore is skipped."""

ASKED = [(fault, question) for fault in EVERY_FAULT for question in Question]


def called(sent: Iterable[Sent]) -> set[tuple[str, bool]]:
    """The actions of requests, and whether each goes to a target."""
    return {
        (f"{PREFIX.get(each.service, each.service)}:{each.operation}", not each.at_home)
        for each in sent
    }


def granted(statements: Iterable[Statement]) -> set[tuple[str, bool]]:
    """The actions of statements, and whether each is on something that a target has."""
    return {(action, each.kind.at_target) for each in statements for action in each.actions}


def needed_too(calls: Iterable[tuple[str, bool]]) -> set[tuple[str, bool]]:
    return {(too, where) for action, where in calls for too in MAY_NEED_TOO.get(action, ())}


def asked(found: Found) -> set[Question]:
    return {Question(each) for each in found.questions if each in Question}


def steps() -> Iterator[str]:
    """The questions of the contract that are steps, and so may call something."""
    for part in ("Plan", "Act", "Undo", "Tell"):
        for name, each in vars(getattr(contract, part)).items():
            if str(getattr(each, "__annotations__", {}).get("return", "")).startswith("Step["):
                yield f"{part.lower()}.{name}"


def test_every_step_of_the_contract_is_a_question() -> None:
    assert set(Question) == set(steps())


@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_what_is_no_step_calls_nothing(fault: str) -> None:
    for part in ("plan", "act", "undo", "tell"):
        for name in vars(getattr(contract, part.capitalize())):
            if not name.startswith("_") and name != "Input" and f"{part}.{name}" not in Question:
                found = reached(f"{FAULTS[fault]}.{part}.{name}")
                assert (found.sent, found.effects) == (set(), set()), name


@pytest.mark.parametrize(("fault", "question"), ASKED)
def test_a_question_may_do_what_its_code_can_call_and_nothing_else(
    fault: str, question: Question
) -> None:
    found = reached(f"{FAULTS[fault]}.{question}")
    calls, may = called(found.sent), granted(of_fault(fault).get(question, ()))
    assert calls - may == set(), "it may not do what it calls"
    assert may - calls - needed_too(calls) == set(), "it may do what it does not call"
    assert found.questions | found.effects == set(), "a fault asks AWS alone"


def test_what_makes_mappings_may_also_do_what_lambda_asks_of_it() -> None:
    actions = {"delete-mappings": "Create", "disable-mappings": "Update"}
    for fault, action in actions.items():
        may = {each for each, _ in granted(of_fault(fault)[Question.RESTORE])}
        assert may.issuperset(MAY_NEED_TOO[f"lambda:{action}EventSourceMapping"])


@pytest.mark.parametrize("module", HANDLERS)
def test_a_handler_is_said_to_ask_the_questions_that_its_code_asks(module: str) -> None:
    found = asked(reached(f"{module}.handler")) - NEVER_ASKED.get(module, set())
    assert found == set(HANDLERS[module].asks)


@pytest.mark.parametrize("module", HANDLERS)
def test_the_steps_of_a_handler_may_do_what_they_call_and_nothing_else(module: str) -> None:
    found, needs = reached(f"{module}.handler"), HANDLERS[module]
    calls = called(found.sent)
    calls |= {(ON_TABLE[each], False) for each in found.effects - {"Probe"}}
    anything_at_target = needs.asks or any(not each.at_home for each in found.sent)
    if anything_at_target and Symbol("snapback.model.steps", "at") in found.names:
        calls.add(("sts:AssumeRole", False))
    may = granted(needs.itself)
    assert calls - may == set(), "it may not do what it calls"
    assert may - calls - needed_too(calls) == set(), "it may do what it does not call"


@pytest.mark.parametrize("module", HANDLERS)
def test_the_index_may_be_read_where_it_is(module: str) -> None:
    effects = reached(f"{module}.handler").effects
    read = {each.kind for each in HANDLERS[module].itself if "dynamodb:Query" in each.actions}
    assert bool(read & {INDEX, TABLES}) == ("Load index" in effects)
    assert bool(read & {TABLE, TABLES}) == ("Load" in effects)


def test_no_request_of_the_product_is_overlooked() -> None:
    handlers = (reached(f"{module}.handler") for module in HANDLERS)
    questions = (reached(f"{FAULTS[fault]}.{question}") for fault, question in ASKED)
    assert {each for found in (*handlers, *questions) for each in found.sent} == everything_sent()


def test_what_a_request_does_is_found_behind_helpers_and_other_modules() -> None:
    delete = "snapback.faults.mappings.delete"
    injected = reached(f"{delete}.act.inject").sent
    assert injected == {Sent("lambda", "DeleteEventSourceMapping", at_home=False)}
    proved = {each.operation for each in reached(f"{delete}.plan.prove").sent}
    assert {"SimulatePrincipalPolicy", "DescribeDBClusters", "GetQueueAttributes"} <= proved
    assert Sent("ssm", "PutParameter", at_home=True) in reached("guard.handler").sent
