"""Evidence with which each check passes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from prove.evidence import (
    Absence,
    Absences,
    AgeMinute,
    Alarms,
    Cost,
    Crowd,
    Decision,
    Decisions,
    Deliveries,
    Delivery,
    DocumentDbRoundTrip,
    EarlyAbandonment,
    EncryptedFilters,
    HandlerLog,
    HandlerLogs,
    IteratorAges,
    Letters,
    Limits,
    MachineCase,
    MachineCases,
    Managed,
    MappingLives,
    MqRoundTrip,
    MskRoundTrip,
    Notice,
    Notices,
    OtherRegion,
    Recreation,
    Redrive,
    Removal,
    Reply,
    RoundTrips,
    Run,
    SilentStop,
    StatusEvent,
    StatusEvents,
    Stay,
    Stop,
    Stops,
    TableWrites,
    Wire,
)
from prove.steps import EVERY_STEP

OK = Run("disable-sqs", "SUCCEEDED", "", targets=1, verified=1, equal=True, seconds=40)
CHANGED = replace(OK, equal=False)
FAILED = replace(OK, status="FAILED", error="TargetsDiffer", verified=0)
OLD = "11111111-2222-3333-4444-555555555555"
LIVES = MappingLives(
    stays=(Stay("sqs", "Creating", 4), Stay("sqs", "Deleting", 12)),
    replies=(
        Reply("Update", "Creating", "ResourceInUseException"),
        Reply("Delete", "Updating", ""),
    ),
)
RUN = sorted({name for step in EVERY_STEP for name in step.handlers})
"""The handlers that the kit's steps run."""
LOGS = HandlerLogs(tuple(HandlerLog(name, 3, (), (900.0, 1200.0), 5000.0) for name in RUN))
MINE = Decision("lambda:CreateEventSourceMapping", "Crowd", simulated=True, allowed=True)
OTHER = Decision(
    "lambda:DeleteEventSourceMapping", "Consumer", simulated=False, allowed=False, code="Denied"
)
DECISIONS = Decisions((MINE,), (OTHER,))
STREAM = Delivery(
    "kinesis", written=300, lost=(), twice_or_more=40, partitions=2,
    position="AT_TIMESTAMP", before_break_seconds=310,
)  # fmt: skip
LETTER = json.dumps({
    "version": "1.0",
    "timestamp": "2026-11-21T10:00:00.000Z",
    "requestContext": {"functionArn": "arn:aws:lambda:eu-west-1:1:function:f",
                       "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 1},
    "responseContext": {"functionError": "Unhandled"},
    "KinesisBatchInfo": {"batchSize": 2},
})  # fmt: skip
PATH = MachineCase("States.Runtime", "FAILED", caught="", ended_with="States.Runtime")
EXPRESSION = MachineCase(
    "States.QueryEvaluationError", "SUCCEEDED", caught="States.QueryEvaluationError", ended_with=""
)
BACK = Stop("Hold", "ABORTED", back_seconds=61)
STOPPED = tuple(replace(BACK, state=state) for state in "ABCDE" * 2)
GONE = replace(BACK, back_seconds=None)
ENDED = StatusEvent("run-1", "SUCCEEDED", delay_seconds=0.7)
REMOVED = Removal(
    "DELETE_COMPLETE", 80, targets_away=2, equal=True, left=(), denials=(), log_lines=9,
    order=("Custom::SnapbackGuard", "AWS::Lambda::Function", "AWS::DynamoDB::Table"),
)  # fmt: skip
MANAGED = Managed(
    tags=("aws:cloudformation:stack-name",),
    refused="InvalidExperiment",
    run=OK,
    lost_tags=("aws:cloudformation:stack-name",),
    update="UPDATE_ROLLBACK_FAILED",
    reason="Resource not found",
)
MINUTE = AgeMinute(20, 100, 90, 150)

PASSES: dict[str, Any] = {
    "mapping-times": LIVES,
    "mapping-in-use": LIVES,
    "create-during-deleting": Recreation(
        OLD, (Reply("Create", "Deleting", "ResourceConflictException", f"exists: {OLD}"),)
    ),
    "wire-members": Wire(8, ("PartialBatchResponse",), ()),
    "encrypted-filters": EncryptedFilters(OK, error_shown=True, filters_shown=False),
    "unreadable-filters": EncryptedFilters(OK, error_shown=True, filters_shown=False),
    "table-policy": TableWrites("AccessDeniedException"),
    "new-stack-is-quiet": Alarms(()),
    "managed-refused": MANAGED,
    "managed-recreated": MANAGED,
    "roles-are-enough": LOGS,
    "early-abandon": EarlyAbandonment("InvalidExperiment", "let it try", "SUCCEEDED"),
    "function-arn-condition": DECISIONS,
    "simulation-agrees": DECISIONS,
    "create-asks-nothing-else": DECISIONS,
    "absent-names": Absences((Absence("mq", "DescribeBroker", "NotFound", ("NotFound",)),)),
    "round-trips": RoundTrips((OK, OK)),
    "nothing-lost": Deliveries((STREAM,)),
    "second-region": OtherRegion("eu-west-1", OK),
    "msk-round-trip": MskRoundTrip(OK, ("group", "group")),
    "mq-round-trip": MqRoundTrip(OK),
    "docdb-round-trip": DocumentDbRoundTrip(OK),
    "positions": Deliveries((STREAM,)),
    "iterator-age": IteratorAges(600, (MINUTE,)),
    "iterator-age-delay": IteratorAges(600, (MINUTE,)),
    "letters": Letters(2, (LETTER,)),
    "concurrency": Limits(1000, 900),
    "redrive": Redrive("ABORTED", "", "FAILED", equal=True, left_open=0),
    "states-runtime": MachineCases(PATH, EXPRESSION),
    "jsonata-errors": MachineCases(PATH, EXPRESSION),
    "stops": Stops(STOPPED),
    "status-events": StatusEvents((ENDED,)),
    "stop-without-event": SilentStop(BACK, restores=1),
    "notices": Notices((Notice("refused", ('"x"',), 'it said "x"'),)),
    "removal": REMOVED,
    "sixty-mappings": Crowd(replace(OK, targets=60, verified=60), throttled=12),
    "cold-starts": LOGS,
    "cost": Cost(1.20, 0.40, ("200 transitions",)),
}
