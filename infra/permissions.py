"""Everything Snapback may do: what roles and docs/permissions.md are made from.

A handler may do what the questions need that it asks of a fault (`permissions.py` beside each
fault), for every fault that the stack does, and what its own steps need.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from snapback.faults.registry import FAULTS
from snapback.protocol.permissions import (
    Condition,
    Kind,
    Permissions,
    Question,
    Statement,
    may,
)
from snapback.workload.permissions import (
    FUNCTION,
    READS_ALARMS,
    READS_CONCURRENCY,
    READS_LETTERS,
    READS_METRICS,
    READS_QUEUES,
)

EVERY_FAULT = tuple(FAULTS)

TABLE = Kind("table", words="the experiments table", at_target=False)
TABLES = Kind(
    "tables",
    words="the experiments table with its index, also one that an update replaces",
    at_target=False,
)
TABLE_KEY = Kind("table key", words="the key of the setting `table_key_arn`", at_target=False)
INDEX = Kind("index", words="its index of open experiments", at_target=False)
KILL_SWITCH = Kind("kill switch", words="the parameter that stops everything", at_target=False)
REPORTS = Kind("reports", words="objects in the bucket of reports", at_target=False)
NOTIFICATIONS = Kind("notifications", words="the topic of notifications", at_target=False)
NOTIFICATIONS_KEY = Kind("notifications key", words="its key", at_target=False)
EXECUTIONS = Kind(
    "executions",
    words="executions of the experiment and the restore state machine",
    at_target=False,
)
RESTORE_MACHINE = Kind("restore machine", words="the restore state machine", at_target=False)
OWN_LOGS = Kind("own logs", words="the function's own log group", at_target=False)
TRACES = Kind("traces", "*", at_target=False)
TARGET_ROLE = Kind("target role", "arn:{partition}:iam::*:role/{stack}Target", at_target=False)

EVERY_HANDLER = (
    may(
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        on=OWN_LOGS,
        because="Writes its log.",
    ),
    may(
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        on=TRACES,
        because="Sends its trace. X-Ray has no resource level.",
    ),
)

USES_TABLE_KEY = may(
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    on=TABLE_KEY,
    when=(Condition("StringLike", "kms:ViaService", "dynamodb.*.amazonaws.com"),),
    because="The table is encrypted with a key of the customer's: DynamoDB uses it for its caller.",
)
"""Of every handler that uses the table, with the setting `table_key_arn`."""

_ASSUMES = may(
    "sts:AssumeRole",
    on=TARGET_ROLE,
    because="Calls on a target in another account are made with the role that "
    "`make deploy-target` makes there.",
)
_MOVES = may(
    "dynamodb:GetItem",
    "dynamodb:UpdateItem",
    on=TABLE,
    because="Reads a record of the experiment and moves it on, each write under its condition.",
)
_LOADS = may(
    "dynamodb:Query",
    on=TABLE,
    because="Reads the records of all targets of an experiment.",
)
_COUNTS = may(
    "dynamodb:Query",
    on=INDEX,
    because="Counts the experiments that are open, and their targets.",
)
_CHECKS = may(
    "dynamodb:ConditionCheckItem",
    on=TABLE,
    because="Takes targets only while their experiment may go on, in one transaction.",
)
_UNLOCKS = may(
    "dynamodb:DeleteItem",
    on=TABLE,
    because="Gives back the locks that the experiment owns.",
)
_PUBLISHES = (
    may("sns:Publish", on=NOTIFICATIONS, because="Tells people what happened, and why."),
    may(
        "kms:Decrypt",
        "kms:GenerateDataKey",
        on=NOTIFICATIONS_KEY,
        because="The topic is encrypted with a key of its own.",
    ),
)
_READS_KILL_SWITCH = may(
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    on=KILL_SWITCH,
    because="Does nothing while the kill switch is engaged, and says who engaged it.",
)


@dataclass(frozen=True, slots=True)
class Needs:
    """Which questions a handler asks of a fault, and what its own steps need beside them."""

    asks: tuple[Question, ...] = ()
    itself: tuple[Statement, ...] = ()


HANDLERS: Mapping[str, Needs] = {
    "validate_experiment": Needs(
        (Question.CHOOSE, Question.PROVE),
        (
            _ASSUMES,
            _READS_KILL_SWITCH,
            READS_ALARMS,
            _COUNTS,
            may(
                "lambda:GetFunction",
                "lambda:ListTags",
                on=FUNCTION,
                because="Checks that the target function exists and is tagged as opted in.",
            ),
        ),
    ),
    "snapshot_targets": Needs(
        (
            Question.IDENTIFY,
            Question.LOOK,
            Question.SNAPSHOT,
            Question.DESCRIBE,
            Question.SAMPLE,
        ),
        (_ASSUMES, _MOVES, _COUNTS, _CHECKS, _UNLOCKS, READS_ALARMS),
    ),
    # What it releases was never touched: it asks a fault for nothing.
    "release_targets": Needs((), (_MOVES, _LOADS, _UNLOCKS)),
    "inject_fault": Needs(
        (Question.LOOK, Question.SNAPSHOT, Question.INJECT, Question.IN_FORCE),
        (
            _ASSUMES,
            _READS_KILL_SWITCH,
            READS_ALARMS,
            may(
                "lambda:GetFunction",
                "lambda:ListTags",
                on=FUNCTION,
                because="Checks that the target function is still tagged as opted in.",
            ),
            _MOVES,
            _LOADS,
            _CHECKS,
        ),
    ),
    "observe": Needs(
        (Question.SAMPLE, Question.IN_FORCE),
        (_ASSUMES, _READS_KILL_SWITCH, READS_ALARMS, _MOVES, _LOADS),
    ),
    "restore_targets": Needs(
        (Question.LOOK_AFTERWARDS, Question.RESTORE), (_ASSUMES, _MOVES, _LOADS)
    ),
    "watch_recovery": Needs(
        (Question.SAMPLE, Question.SOURCES),
        (_ASSUMES, _MOVES, _LOADS, READS_ALARMS, READS_METRICS),
    ),
    "verify_targets": Needs(
        (Question.LOOK_AFTERWARDS, Question.VERIFY),
        (_ASSUMES, _MOVES, _LOADS),
    ),
    "report": Needs(
        (Question.SOURCES,),
        (
            _ASSUMES,
            _MOVES,
            _LOADS,
            _UNLOCKS,
            READS_METRICS,
            READS_QUEUES,
            READS_LETTERS,
            *READS_CONCURRENCY,
            may("s3:PutObject", on=REPORTS, because="Stores the report and its page."),
            *_PUBLISHES,
        ),
    ),
    "notify": Needs((), _PUBLISHES),
    "fence_experiment": Needs((), (_MOVES,)),
    "abandon_target": Needs((), (_MOVES, _LOADS)),
    "sweep": Needs(
        (),
        (
            _ASSUMES,
            _READS_KILL_SWITCH,
            READS_ALARMS,
            _MOVES,
            _LOADS,
            may(
                "dynamodb:Query",
                on=INDEX,
                because="Finds the experiments that are open.",
            ),
            may(
                "states:DescribeExecution",
                on=EXECUTIONS,
                because="Asks whether an experiment has explicitly ended.",
            ),
            may(
                "states:StartExecution",
                on=RESTORE_MACHINE,
                because="Starts the restore of an experiment that nothing else is restoring.",
            ),
        ),
    ),
    "guard": Needs(
        (Question.LOOK_AFTERWARDS, Question.RESTORE),
        (
            _ASSUMES,
            may(
                *_MOVES.actions,
                *_LOADS.actions,
                *_UNLOCKS.actions,
                on=TABLES,
                because="Finds the experiments that are open, moves their records on and gives "
                "back their locks; in the old table when an update replaces it.",
            ),
            may(
                "ssm:PutParameter",
                on=KILL_SWITCH,
                because="Engages the kill switch when the stack is removed: nothing starts behind "
                "it.",
            ),
        ),
    ),
}
"""Each handler module. A test holds it against what the code of the module can call."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The question of a fault that needs a statement."""

    fault: str
    question: Question


def of_fault(fault: str) -> Permissions:
    """What the questions of a fault need."""
    found: Permissions = import_module(f"{FAULTS[fault]}.permissions").BY_QUESTION
    return found


def collected(
    module: str, faults: Iterable[str] = EVERY_FAULT
) -> dict[Statement, tuple[Origin, ...]]:
    """All that a handler may do beyond its log and its trace, and which questions need it.

    What its own steps need comes first; what only they need has no origin.
    """
    needs = HANDLERS[module]
    found: dict[Statement, tuple[Origin, ...]] = dict.fromkeys(needs.itself, ())
    for question in needs.asks:
        for fault in faults:
            for each in of_fault(fault).get(question, ()):
                found[each] = (*found.get(each, ()), Origin(fault, question))
    return found


def uses_table(module: str) -> bool:
    """Whether a handler reads or writes the table."""
    return any(each.kind in (TABLE, TABLES, INDEX) for each in HANDLERS[module].itself)


def at_targets(faults: Iterable[str]) -> Iterator[Statement]:
    """What handlers may do in a target's account, each statement once."""
    every = tuple(faults)
    found = dict.fromkeys(each for module in HANDLERS for each in collected(module, every))
    return (each for each in found if each.kind.at_target)
