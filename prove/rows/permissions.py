"""What IAM permits and what services answer: roles, conditions, simulation, names of errors."""

from __future__ import annotations

from collections.abc import Iterable

from infra.definitions import function_of
from infra.permissions import HANDLERS
from prove.check import Answer, Check, Row, answer
from prove.evidence import (
    Absences,
    Decision,
    Decisions,
    EarlyAbandonment,
    HandlerLogs,
    TableWrites,
)

CREATE = "lambda:CreateEventSourceMapping"
EVERY_HANDLER = tuple(map(function_of, HANDLERS))
REFUSED = "InvalidExperiment"
DENIED = frozenset({"AccessDeniedException", "AccessDenied"})
SHOWN = 3
"""How many denials a sentence quotes."""


def roles(seen: HandlerLogs) -> Answer:
    """Pass if every handler ran and no log tells of a denial."""
    denied = [f"{each.handler}: {text}" for each in seen.handlers for text in each.denials]
    if denied:
        return answer(False, f"{len(denied)} denials: " + "; ".join(denied[:SHOWN]))  # noqa: FBT003
    ran = {each.handler: each.invocations for each in seen.handlers}
    idle = [name for name in EVERY_HANDLER if not ran.get(name)]
    if idle:
        told = f"nothing is known of {', '.join(idle)}: no log of theirs reports an invocation"
        return answer(False, told)  # noqa: FBT003
    counted = f"{sum(ran.values())} invocations of {len(ran)} handlers"
    return answer(True, f"{counted}, and no denial in their logs")  # noqa: FBT003


def early_abandonment(seen: EarlyAbandonment) -> Answer:
    """Pass if it was refused by Snapback, not by IAM, and the target was put back all the same."""
    told = f"{seen.error}: {seen.cause}" if seen.error else "accepted"
    return answer(
        seen.error == REFUSED and seen.experiment == "SUCCEEDED",
        f"{told}; the experiment ended {seen.experiment}",
    )


def condition(seen: Decisions) -> Answer:
    """Pass if the role could change its own function's mappings and no other function's."""
    own = [each.allowed is True for each in seen.of_its_function]
    other = [each.allowed is False for each in seen.of_another]
    told = f"its own function: {_told(seen.of_its_function)}; another: {_told(seen.of_another)}"
    return answer(bool(own and other) and all((*own, *other)), told)


def simulation(seen: Decisions) -> Answer:
    """Pass if IAM's simulation decided each call as Lambda did."""
    every = (*seen.of_its_function, *seen.of_another)
    apart = [each for each in every if each.simulated != each.allowed]
    told = "; ".join(
        f"{each.action} on {each.on}: simulated {_word(each.simulated)}, really {_really(each)}"
        for each in apart
    )
    agree = f"{len(every)} calls were decided as simulated"
    return answer(bool(every) and not apart, told or agree)


def nothing_else(seen: Decisions) -> Answer:
    """Pass if a role with no right on the queue could create a mapping that reads it."""
    creates = [each for each in seen.of_its_function if each.action == CREATE]
    return answer(
        bool(creates) and all(each.allowed for each in creates),
        f"a caller with no right on the queue: {_told(creates) or 'no mapping was created'}",
    )


def names(seen: Absences) -> Answer:
    """Pass if every service says in the known words that something does not exist."""
    other = [each for each in seen.asked if each.code not in each.known]
    told = ", ".join(f"{each.service} {each.operation}: {each.code}" for each in seen.asked)
    unknown = ", ".join(f"{each.operation} ({' or '.join(each.known)})" for each in other)
    return answer(
        bool(seen.asked) and not other,
        (told or "nothing was asked") + (f"; other than expected: {unknown}" if other else ""),
    )


def closed(seen: TableWrites) -> Answer:
    """Pass if the write of somebody else is refused."""
    return answer(seen.code in DENIED, f"PutItem by the kit: {seen.code or 'accepted'}")


def _told(decisions: Iterable[Decision]) -> str:
    return ", ".join(f"{each.action} {_really(each)}" for each in decisions)


def _really(decision: Decision) -> str:
    word = "unknown" if decision.allowed is None else _word(decision.allowed)
    return f"{word} ({decision.code})" if decision.code else word


def _word(allowed: bool) -> str:  # noqa: FBT001
    return "allowed" if allowed else "denied"


ROWS = (
    Row(
        what="IAM: that each role's statements are enough, and that the conditions on "
        "`lambda:FunctionArn` hold",
        why="the lab does not enforce policies",
        stands_in="tests compare the permission table with every call that the code can make, and "
        "the workflow tests refuse any call that it lacks",
        checks=(
            Check(
                "roles-are-enough",
                "Run every handler, and search its log for a denial.",
                HandlerLogs,
                roles,
            ),
            Check(
                "early-abandon",
                "Ask to give up a mapping that is away, though no restore has failed.",
                EarlyAbandonment,
                early_abandonment,
                on_lab=True,
            ),
            Check(
                "function-arn-condition",
                "As a role that may change the mappings of one function, change those of that "
                "function and of another.",
                Decisions,
                condition,
            ),
        ),
        unanswerable="a handler's rare calls, such as those of a failure that did not happen, are "
        "not part of the runs; nor is giving a target up, for which a restore must have failed for "
        "ten minutes",
    ),
    Row(
        what="That IAM's simulation of the restoring role decides as Lambda does, and that Lambda "
        "demands no permission of a caller on the source or its network",
        why="the lab simulates no policies",
        stands_in="the actions that AWS documents for the call; where Lambda refuses the role "
        "after all, the restore is retried until someone grants the permission",
        checks=(
            Check(
                "simulation-agrees",
                "Simulate the same calls of that role, and compare with what happened.",
                Decisions,
                simulation,
            ),
            Check(
                "create-asks-nothing-else",
                "Create a mapping as a role that has no right on its queue.",
                Decisions,
                nothing_else,
            ),
        ),
        unanswerable="a source in a network is asked for only with a flagged source",
    ),
    Row(
        what="The errors with which Amazon MSK, Amazon MQ, DocumentDB, EC2 and S3 say that "
        "something does not exist",
        why="the lab has none of these services",
        stands_in="the names in botocore's models and in AWS's documentation; any other error is a "
        "warning",
        checks=(
            Check(
                "absent-names",
                "Ask each service for something that does not exist.",
                Absences,
                names,
            ),
        ),
    ),
    Row(
        what="That the policy of the table lets through exactly the roles that CloudFormation names "
        "after the stack",
        why="the lab ignores policies of tables",
        stands_in="the pattern is the one of the target role's trust; nothing but writes of items "
        "is denied",
        checks=(
            Check(
                "table-policy",
                "Write to the table as somebody else; the experiments show that its own roles can.",
                TableWrites,
                closed,
            ),
        ),
    ),
)
