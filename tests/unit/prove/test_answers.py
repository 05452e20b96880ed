"""Every check can pass and fail, from evidence alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prove.check import Check, Evidence, Row, Verdict, answered
from prove.evidence import (
    Absence,
    Absences,
    Alarms,
    Cost,
    Crowd,
    Decisions,
    Deliveries,
    DocumentDbRoundTrip,
    EarlyAbandonment,
    EncryptedFilters,
    HandlerLog,
    HandlerLogs,
    IteratorAges,
    Letters,
    Limits,
    MachineCases,
    MqRoundTrip,
    MskRoundTrip,
    Notice,
    Notices,
    OtherRegion,
    Recreation,
    Redrive,
    Reply,
    RoundTrips,
    SilentStop,
    StatusEvents,
    Stay,
    Stops,
    TableWrites,
    Wire,
)
from prove.registry import CHECKS, ROWS, answers
from tests.unit.prove.samples import (
    BACK,
    CHANGED,
    DECISIONS,
    ENDED,
    EXPRESSION,
    FAILED,
    GONE,
    LETTER,
    LIVES,
    LOGS,
    MANAGED,
    MINE,
    MINUTE,
    OK,
    OLD,
    OTHER,
    PASSES,
    PATH,
    REMOVED,
    STOPPED,
    STREAM,
)

INVALID: dict[str, Any] = {"allowed": None, "code": "InvalidParameterValueException"}
"""Of a decision on a request that Lambda refused for its parameters, perhaps before it asked IAM."""

FAILS: list[tuple[str, Any]] = [
    ("mapping-times", replace(LIVES, stays=(Stay("sqs", "Deleting", 999),))),
    ("mapping-times", replace(LIVES, stays=())),
    ("mapping-in-use", replace(LIVES, replies=(Reply("Delete", "Creating", "Strange"),))),
    ("create-during-deleting", Recreation(OLD, (Reply("Create", "Deleting", "Strange"),))),
    ("wire-members", Wire(8, ("PartialBatchResponse",), ("PartialBatchResponse",))),
    ("wire-members", Wire(0, (), ())),
    ("encrypted-filters", EncryptedFilters(CHANGED, error_shown=True, filters_shown=False)),
    ("encrypted-filters", EncryptedFilters(FAILED, error_shown=True, filters_shown=False)),
    ("unreadable-filters", EncryptedFilters(OK, error_shown=False, filters_shown=False)),
    ("unreadable-filters", EncryptedFilters(OK, error_shown=True, filters_shown=True)),
    ("table-policy", TableWrites("")),
    ("table-policy", TableWrites("ValidationException")),
    ("new-stack-is-quiet", Alarms(("SweeperIsSilent",))),
    ("managed-refused", replace(MANAGED, tags=())),
    ("managed-refused", replace(MANAGED, refused="")),
    ("managed-recreated", replace(MANAGED, run=CHANGED)),
    ("managed-recreated", replace(MANAGED, update="UPDATE_COMPLETE")),
    ("roles-are-enough", HandlerLogs(LOGS.handlers[1:])),
    (
        "roles-are-enough",
        HandlerLogs((*LOGS.handlers, HandlerLog("Sweep", 1, ("AccessDenied: ssm",), (), 1.0))),
    ),
    ("early-abandon", EarlyAbandonment("AccessDeniedException", "dynamodb", "SUCCEEDED")),
    ("early-abandon", EarlyAbandonment("", "", "SUCCEEDED")),
    ("early-abandon", EarlyAbandonment("InvalidExperiment", "", "FAILED")),
    ("function-arn-condition", replace(DECISIONS, of_another=(replace(OTHER, allowed=True),))),
    ("function-arn-condition", replace(DECISIONS, of_its_function=(replace(MINE, allowed=False),))),
    ("function-arn-condition", replace(DECISIONS, of_another=())),
    ("function-arn-condition", replace(DECISIONS, of_another=(replace(OTHER, **INVALID),))),
    ("function-arn-condition", replace(DECISIONS, of_its_function=(replace(MINE, **INVALID),))),
    ("simulation-agrees", replace(DECISIONS, of_another=(replace(OTHER, simulated=True),))),
    ("simulation-agrees", replace(DECISIONS, of_another=(replace(OTHER, **INVALID),))),
    ("simulation-agrees", Decisions((), ())),
    (
        "create-asks-nothing-else",
        replace(DECISIONS, of_its_function=(replace(MINE, allowed=False),)),
    ),
    (
        "create-asks-nothing-else",
        replace(DECISIONS, of_its_function=(replace(MINE, **INVALID),)),
    ),
    ("create-asks-nothing-else", replace(DECISIONS, of_its_function=())),
    ("absent-names", Absences((Absence("mq", "DescribeBroker", "Other", ("NotFound",)),))),
    ("absent-names", Absences(())),
    ("round-trips", RoundTrips((OK, CHANGED))),
    ("round-trips", RoundTrips(())),
    ("nothing-lost", Deliveries((replace(STREAM, lost=(17,)),))),
    ("nothing-lost", Deliveries((replace(STREAM, written=0),))),
    ("second-region", OtherRegion("eu-west-1", FAILED)),
    ("msk-round-trip", MskRoundTrip(OK, ("group", "another"))),
    ("mq-round-trip", MqRoundTrip(FAILED)),
    ("docdb-round-trip", DocumentDbRoundTrip(CHANGED)),
    ("positions", Deliveries((replace(STREAM, lost=(17,)),))),
    ("positions", Deliveries((replace(STREAM, before_break_seconds=-3),))),
    ("positions", Deliveries((replace(STREAM, before_break_seconds=None),))),
    (
        "positions",
        Deliveries((replace(STREAM, position="TRIM_HORIZON", before_break_seconds=None),)),
    ),
    ("iterator-age", IteratorAges(600, ())),
    ("iterator-age-delay", IteratorAges(600, (replace(MINUTE, first_seen_seconds=90),))),
    ("iterator-age-delay", IteratorAges(600, (replace(MINUTE, last_risen_seconds=400),))),
    ("letters", Letters(2, ())),
    ("letters", Letters(2, ('{"another": "shape"}',))),
    ("letters", Letters(2, (LETTER.replace("RetryAttemptsExhausted", "SomethingNew"),))),
    ("letters", Letters(5, (LETTER,))),
    ("concurrency", Limits(1000, None)),
    ("concurrency", Limits(10, 20)),
    ("redrive", Redrive("FAILED", "", "FAILED", equal=True, left_open=0)),
    ("redrive", Redrive("ABORTED", "ExecutionNotRedrivable", "ABORTED", equal=True, left_open=0)),
    ("redrive", Redrive("ABORTED", "", "FAILED", equal=False, left_open=0)),
    ("redrive", Redrive("ABORTED", "", "FAILED", equal=True, left_open=1)),
    ("states-runtime", MachineCases(replace(PATH, caught="States.Runtime"), EXPRESSION)),
    ("states-runtime", MachineCases(replace(PATH, ended_with="Other"), EXPRESSION)),
    ("jsonata-errors", MachineCases(PATH, replace(EXPRESSION, caught="", status="FAILED"))),
    ("stops", Stops(STOPPED[:9])),
    ("stops", Stops((BACK,) * 10)),
    ("stops", Stops((*STOPPED, GONE))),
    ("stops", Stops((*STOPPED, replace(GONE, status="FAILED", error="States.Timeout: 60 s")))),
    ("stops", Stops((*STOPPED[:9], replace(STOPPED[9], status="SUCCEEDED")))),
    ("stops", Stops(tuple(replace(each, status="FAILED") for each in STOPPED))),
    ("status-events", StatusEvents((ENDED, replace(ENDED, delay_seconds=None)))),
    ("status-events", StatusEvents(())),
    ("stop-without-event", SilentStop(GONE, restores=1)),
    ("stop-without-event", SilentStop(replace(BACK, status="FAILED"), restores=1)),
    ("stop-without-event", SilentStop(BACK, restores=0)),
    ("notices", Notices((Notice("refused", ('"x"',), ""),))),
    ("notices", Notices((Notice("refused", ('"x"',), "it said 'x'"),))),
    ("removal", replace(REMOVED, equal=False)),
    ("removal", replace(REMOVED, denials=("AccessDenied: lambda",))),
    ("removal", replace(REMOVED, log_lines=0)),
    ("removal", replace(REMOVED, status="DELETE_FAILED")),
    ("removal", replace(REMOVED, order=("AWS::DynamoDB::Table", "Custom::SnapbackGuard"))),
    ("removal", replace(REMOVED, left=("the table",))),
    ("removal", replace(REMOVED, targets_away=0)),
    ("sixty-mappings", Crowd(replace(OK, targets=60, verified=59), throttled=12)),
    ("sixty-mappings", Crowd(replace(OK, targets=30, verified=30), throttled=12)),
    ("cold-starts", HandlerLogs((HandlerLog("Sweep", 1, (), (10_500.0,), 1.0),))),
    ("cost", Cost(1.20, 1.30, ("200 transitions",))),
]

NOT_APPLICABLE: list[tuple[str, Any]] = [
    ("mapping-in-use", replace(LIVES, replies=())),
    ("create-during-deleting", Recreation(OLD, (Reply("Create", "gone", ""),))),
    ("positions", Deliveries((replace(STREAM, partitions=1),))),
    ("notices", Notices(())),
    ("cold-starts", HandlerLogs((HandlerLog("Sweep", 1, (), (), 1.0),))),
]


def check(check_id: str) -> Check[Any]:
    return next(each for each in CHECKS if each.id == check_id)


def on_aws(*found: object, sources: frozenset[str] = frozenset()) -> Evidence:
    return Evidence(
        on_lab=False, sources=sources, found={type(each): each for each in found}, missing={}
    )


def test_every_check_is_shown_to_pass_and_to_fail() -> None:
    ids = {each.id for each in CHECKS}
    assert len(ids) == len(CHECKS)
    assert set(PASSES) == ids
    assert {check_id for check_id, _ in FAILS} == ids


@pytest.mark.parametrize("check_id", PASSES)
def test_a_check_passes(check_id: str) -> None:
    assert check(check_id).judge(PASSES[check_id]).verdict is Verdict.PASS


@pytest.mark.parametrize(("check_id", "found"), FAILS)
def test_a_check_fails(check_id: str, found: Any) -> None:
    assert check(check_id).judge(found).verdict is Verdict.FAIL


@pytest.mark.parametrize(("check_id", "found"), NOT_APPLICABLE)
def test_a_check_has_nothing_to_say(check_id: str, found: Any) -> None:
    assert check(check_id).judge(found).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("check_id", PASSES)
def test_every_answer_says_what_was_answered_in_one_line(check_id: str) -> None:
    for found in (PASSES[check_id], *(value for name, value in FAILS if name == check_id)):
        said = check(check_id).judge(found).said
        assert said
        assert "\n" not in said


@pytest.mark.parametrize("check_id", ["function-arn-condition", "simulation-agrees"])
def test_a_call_that_failed_for_another_reason_is_told_as_unknown(check_id: str) -> None:
    found = replace(DECISIONS, of_another=(replace(OTHER, **INVALID),))
    assert "unknown (InvalidParameterValueException)" in check(check_id).judge(found).said


def test_evidence_that_could_not_be_had_is_a_failure_with_its_reason() -> None:
    evidence = Evidence(
        on_lab=False, sources=frozenset(), found={}, missing={Limits: "AccessDenied: lambda"}
    )
    found = answers(evidence)
    assert found["concurrency"].verdict is Verdict.FAIL
    assert "AccessDenied: lambda" in found["concurrency"].said
    assert found["removal"].verdict is Verdict.FAIL


def test_a_flagged_source_that_was_not_asked_for_is_not_applicable() -> None:
    given = answered(check("mq-round-trip"), on_aws())
    assert given.verdict is Verdict.NOT_APPLICABLE
    assert "--with mq" in given.said


def test_a_flagged_source_that_was_asked_for_is_judged() -> None:
    found = on_aws(PASSES["mq-round-trip"], sources=frozenset({"mq"}))
    assert answered(check("mq-round-trip"), found).verdict is Verdict.PASS
    assert answered(check("mq-round-trip"), on_aws(sources=frozenset({"mq"}))).verdict is (
        Verdict.FAIL
    )


@pytest.mark.parametrize("each", CHECKS, ids=lambda each: str(each.id))
def test_the_lab_proves_only_what_it_can(each: Check[Any]) -> None:
    found = PASSES[each.id]
    sources = frozenset({each.source})
    evidence = Evidence(on_lab=True, sources=sources, found={type(found): found}, missing={})
    given = answered(each, evidence)
    assert given.verdict is (Verdict.PASS if each.on_lab else Verdict.NEEDS_AWS)


def test_what_the_lab_could_not_even_gather_is_a_failure_there() -> None:
    evidence = Evidence(on_lab=True, sources=frozenset(), found={}, missing={})
    assert answered(check("removal"), evidence).verdict is Verdict.FAIL


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.what[:40]))
def test_a_row_without_a_check_says_why(row: Row) -> None:
    assert row.checks or row.unanswerable
