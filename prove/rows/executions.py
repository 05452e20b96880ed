"""Executions that end badly, and everything that notices."""

from __future__ import annotations

from prove.check import Answer, Check, Row, answer, not_applicable
from prove.evidence import (
    Alarms,
    MachineCases,
    Notices,
    Redrive,
    SilentStop,
    StatusEvents,
    Stop,
    Stops,
)

MOMENTS, STATES = 10, 5
"""How many stops there are at least, and in how many states."""
STOPPED = "ABORTED"
UNCATCHABLE = "States.Runtime"


def redrive(seen: Redrive) -> Answer:
    """Pass if a redriven execution touched nothing and left nothing open."""
    if seen.was != STOPPED:
        return answer(False, f"it was not stopped, it had ended {seen.was}")  # noqa: FBT003
    if seen.refused:
        return answer(False, f"the redrive was refused: {seen.refused}")  # noqa: FBT003
    equal = "as before" if seen.equal else "NOT as before"
    told = (
        f"redriven, it ended {seen.status}; the mappings were {equal}, {seen.left_open} items open"
    )
    return answer(seen.equal and not seen.left_open, told)


def not_caught(seen: MachineCases) -> Answer:
    """Pass if the path that is not there ended the execution past its Catch."""
    case = seen.path
    if case.caught:
        return answer(False, f"the Catch was given {case.caught}")  # noqa: FBT003
    ended = f"ended {case.status} with {case.ended_with or 'no error'}"
    return answer(case.status == "FAILED" and case.ended_with == UNCATCHABLE, ended)


def caught(seen: MachineCases) -> Answer:
    """Pass if the expression's error came to the Catch."""
    case = seen.expression
    given = f"the Catch was given {case.caught or 'nothing'}, and the execution ended {case.status}"
    return answer(bool(case.caught) and case.status == "SUCCEEDED", given)


def stops(seen: Stops) -> Answer:
    """Pass if ten were stopped, in several states, and everything came back after every one."""
    gone = [each for each in seen.stops if each.back_seconds is None]
    if gone:
        return answer(False, "never back: " + ", ".join(map(_stopped, gone)))  # noqa: FBT003
    stopped = [each for each in seen.stops if each.status == STOPPED]
    states = {each.state for each in stopped}
    told = f"{len(stopped)} stops in {len(states)} states: " + ", ".join(map(_stopped, seen.stops))
    return answer(len(stopped) >= MOMENTS and len(states) >= STATES, told)


def silent(seen: SilentStop) -> Answer:
    """Pass if the sweeper restored what no event told of."""
    if seen.stop.back_seconds is None:
        return answer(False, f"never back: {_stopped(seen.stop)}")  # noqa: FBT003
    told = f"{_stopped(seen.stop)}; executions that the sweeper started: {seen.restores}"
    return answer(seen.stop.status == STOPPED and seen.restores > 0, told)


def events(seen: StatusEvents) -> Answer:
    """Pass if there was an event for the end of every execution."""
    if not seen.executions:
        return answer(False, "no execution ended")  # noqa: FBT003
    silent = [
        f"{each.name} {each.status}" for each in seen.executions if each.delay_seconds is None
    ]
    if silent:
        return answer(False, f"no event of {', '.join(silent)}")  # noqa: FBT003
    latest = max(each.delay_seconds or 0.0 for each in seen.executions)
    kinds = sorted({each.status for each in seen.executions})
    told = f"{len(seen.executions)} ends ({', '.join(kinds)}), each with its event"
    return answer(True, f"{told}, at the latest {latest:.1f} s after")  # noqa: FBT003


def notices(seen: Notices) -> Answer:
    """Pass if every message arrived with all that it must hold."""
    if not seen.notices:
        return not_applicable("no message was expected")
    bad = [
        f"{each.of}: " + (f"arrived as {each.received[:200]!r}" if each.received else "no message")
        for each in seen.notices
        if not each.received or not all(part in each.received for part in each.must_hold)
    ]
    arrived = f"{len(seen.notices)} messages arrived whole: "
    return answer(not bad, "; ".join(bad) or arrived + ", ".join(each.of for each in seen.notices))


def quiet(seen: Alarms) -> Answer:
    """Pass if no alarm of the new stack rang."""
    told = ", ".join(seen.told) or "none"
    return answer(not seen.told, f"alarms that were told of: {told}")


def _stopped(stop: Stop) -> str:
    error = f" with {stop.error}" if stop.error else ""
    back = "" if stop.back_seconds is None else f", back after {stop.back_seconds:.0f} s"
    return f"in {stop.state} ({stop.status}{error}{back})"


ROWS = (
    Row(
        what="Redrive of an execution",
        why="the lab refuses it",
        stands_in="by then targets are terminal, and an injection requires a running experiment; "
        "the crash matrix redrives from every state",
        checks=(
            Check(
                "redrive",
                "Redrive an execution that was stopped, after everything was restored.",
                Redrive,
                redrive,
            ),
        ),
    ),
    Row(
        what="That `States.Runtime` cannot be caught on AWS, and that JSONata's errors can",
        why="the interpreters catch both",
        stands_in="JSONata errors have names of their own; the sweeper restores what a Catch cannot",
        checks=(
            Check(
                "states-runtime",
                "Run a machine that reads a path which is not there, inside a Catch.",
                MachineCases,
                not_caught,
            ),
            Check(
                "jsonata-errors",
                "Run a machine whose JSONata expression fails, inside a Catch.",
                MachineCases,
                caught,
            ),
        ),
    ),
    Row(
        what="`StopExecution` at any moment, on AWS",
        why="it has been done in the lab only, where nothing takes as long",
        stands_in="the lab's soak, the crash matrix and the simulation stop everywhere",
        checks=(
            Check(
                "stops",
                "Stop ten executions, each at another moment, and wait until all is as before.",
                Stops,
                stops,
                on_lab=True,
            ),
        ),
    ),
    Row(
        what="Status-change events that are never delivered",
        why="the lab always delivers",
        stands_in="the sweeper does not depend on them",
        checks=(
            Check(
                "status-events",
                "Receive the event of every execution that ended in the run.",
                StatusEvents,
                events,
            ),
            Check(
                "stop-without-event",
                "Switch off the rule that starts the rescue, and stop an execution.",
                SilentStop,
                silent,
                on_lab=True,
            ),
        ),
        unanswerable="nobody can make AWS lose an event; the rule is switched off instead",
    ),
    Row(
        what="Notifications: delivery under the topic's key, whose policy admits CloudWatch only "
        "for alarms of the account",
        why="the lab encrypts nothing",
        stands_in="AWS documents the condition for CloudWatch; a function, not EventBridge, writes "
        "what is told of executions, and the report is in the bucket",
        checks=(
            Check(
                "notices",
                "Let experiments be refused for reasons with quotation marks and line breaks, and "
                "receive the messages of the topic in a queue.",
                Notices,
                notices,
            ),
        ),
        unanswerable="no alarm is made to ring",
    ),
    Row(
        what="That the alarm NoSweeps reports a sweeper that falls silent, and keeps quiet about a new "
        "stack",
        why="the lab evaluates alarms by rules of its own",
        stands_in="CloudWatch documents that actions run when an alarm goes from another state to "
        "INSUFFICIENT_DATA",
        checks=(
            Check(
                "new-stack-is-quiet",
                "Look for alarms among the messages of a stack that was just made.",
                Alarms,
                quiet,
            ),
        ),
        unanswerable="the sweeper is never silenced: everything else of the run depends on it",
    ),
)
