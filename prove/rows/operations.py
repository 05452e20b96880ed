"""The stack as it is run: removal, scale, cold starts, cost, and what no account can show."""

from __future__ import annotations

from prove.check import Answer, Check, Row, answer, not_applicable
from prove.evidence import Cost, Crowd, HandlerLogs, Removal

INIT_SECONDS = 10
"""How long Lambda lets a function initialize."""
MANY = 60
GUARD = "Custom::SnapbackGuard"
TABLE = "AWS::DynamoDB::Table"
FUNCTION = "AWS::Lambda::Function"


def removal(seen: Removal) -> Answer:
    """Pass if the guard put everything back before anything else of the stack went."""
    first = seen.order[0] if seen.order else "nothing"
    equal = "as before" if seen.equal else "NOT as before"
    left = ", ".join(seen.left) or "nothing"
    told = (
        f"{seen.status} after {seen.seconds:.0f} s; {seen.targets_away} mappings were away when it "
        f"began and are {equal}; first to go was {first}; left behind: {left}; {_denials(seen)}"
    )
    whole = seen.status == "DELETE_COMPLETE" and not seen.left
    allowed = seen.log_lines > 0 and not seen.denials
    held = seen.targets_away > 0 and seen.equal and first == GUARD
    return answer(whole and allowed and held, told)


def _denials(seen: Removal) -> str:
    if not seen.log_lines:
        return "whether the guard was denied anything is unknown: its log could not be read"
    return f"denials in {seen.log_lines} lines of the guard's log: " + (
        "; ".join(seen.denials) or "none"
    )


def crowd(seen: Crowd) -> Answer:
    """Pass if there were sixty, and all of them came back equal."""
    run = seen.run
    told = (
        f"{run.verified} of {run.targets} mappings verified after {run.seconds:.0f} s "
        f"({run.status}{f', {run.error}' if run.error else ''}), {seen.throttled} answers throttled"
    )
    return answer(run.equal and MANY <= run.targets == run.verified, told)


def cold_starts(seen: HandlerLogs) -> Answer:
    """Pass if every handler initialized within the time that Lambda gives."""
    slowest = {
        each.handler: max(each.init_milliseconds) / 1000
        for each in seen.handlers
        if each.init_milliseconds
    }
    if not slowest:
        return not_applicable("the logs report no initialization")
    told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in slowest.items())
    return answer(max(slowest.values()) < INIT_SECONDS, f"the slowest of each: {told}")


def cost(seen: Cost) -> Answer:
    """Pass if it cost no more than the plan said."""
    told = f"${seen.used_dollars:.2f} by list prices ({', '.join(seen.usage)})"
    return answer(
        seen.used_dollars <= seen.planned_dollars,
        f"{told}; the plan said ${seen.planned_dollars:.2f}",
    )


ROWS = (
    Row(
        what="The guard's removal under CloudFormation itself: its order, its time-out, the answer "
        "at a presigned URL",
        why="the lab implements custom resources itself",
        stands_in="the order is tested on the template, the answers over HTTP",
        checks=(
            Check(
                "removal",
                "Delete the stack while an experiment has its mappings away, and search the "
                "guard's log for a denial.",
                Removal,
                removal,
            ),
        ),
    ),
    Row(
        what="Throttling as AWS does it, shared by everything in the account",
        why="the lab throttles with a proxy of its own",
        stands_in="`make test-lab-long` restores thirty mappings behind that proxy, however the "
        "execution ends",
        checks=(
            Check(
                "sixty-mappings",
                "Break and restore sixty mappings of one function at once.",
                Crowd,
                crowd,
            ),
        ),
    ),
    Row(
        what="How long the functions take to start, and what a run costs",
        why="the lab's processes start in another way and cost nothing",
        stands_in="every time-out leaves room for a start; the plan of `make prove` is computed "
        "from list prices",
        checks=(
            Check(
                "cold-starts",
                "Read the time of every initialization from the handlers' logs.",
                HandlerLogs,
                cold_starts,
            ),
            Check(
                "cost",
                "Count what the run used, and multiply it by list prices.",
                Cost,
                cost,
            ),
        ),
    ),
    Row(
        what="The lab and its demonstration on Python 3.12",
        why="they were run on 3.13 only; the lab's AWS needs a name that is new in 3.13",
        stands_in="a shim supplies that name",
        unanswerable="it is not a question to AWS",
    ),
)
