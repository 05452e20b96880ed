"""The matrix as a page: a row per handler and call, a column per fault."""

from collections.abc import Iterator, Mapping, Sequence

from tests.crash_matrix.judgement import BOUND_SECONDS
from tests.crash_matrix.runs import Run, Verdict
from tests.crash_matrix.scenarios import SCENARIOS
from tests.fakes.cloud.faults import FAULTS

_HEAD = """\
# The crash matrix

Written by `make crash-matrix`: the real handlers and the real state machines, with the product's own time-outs, on a
virtual clock and a fake of the AWS APIs. At every AWS call of every handler each fault strikes once, in a run of its
own, and a sweep runs every virtual minute. A run **held** when afterwards every mapping equals its start (settings,
tags, state), exactly one of each; a stream starts no later than its mapping was deleted; every target is terminal, the
experiment is closed, and every lock is released or says until when it refuses its target, at most six minutes after the
fault; all that within the bound.

**{held} of {runs} runs held. The slowest took {slowest:.0f} s from the fault until all was closed; the bound is
{bound} s.** The bound is the time until an announced call can no longer land (the injector's own time-out and its quiet
margin, 180 s), a throttled minute, two sweeps, and a minute for what was left of the run and for the restore.

EventBridge's event about an execution that ended is never delivered here: only the machine itself and the sweeper act.

| Fault | At the call |
|---|---|
{faults}

The runs: {scenarios}.
The number is that of the targets, `stopped` means StopExecution 3 s into the window, `disabled` the fault
`disable-mappings`, `refused` that another experiment holds one target.

## Every call

Each cell says how many runs held, of how many; and the longest a run of it took from the fault until all was closed.
"""

_SPECIALS = """
## What no single call shows

Each for parallel, serial and rolling, on three targets. A stop or a time-out strikes when a state is entered for the
first time and for the last. A redrive that still has a window before it must end with `WindowClosed` and touch nothing.
An injector sleeps around each of its calls, and wakes while the restore waits for it, or never. Where many mappings are
behind the limit of the control plane, all are targets of one parallel round: a process is killed, or the service
throttled, when half of them are deleted, and when half of them are made again; StopExecution comes while they are
deleted, and while they are made again.

| What happens | Held | Slowest |
|---|---|---|
"""


type Row = tuple[str, ...]
type Cells = Mapping[str, Sequence[Verdict]]


def page(results: Sequence[tuple[Run, Verdict]]) -> str:
    """The whole page, in Markdown."""
    verdicts = [verdict for _, verdict in results]
    head = _HEAD.format(
        held=sum(not each.problems for each in verdicts),
        runs=len(results),
        slowest=_slowest(verdicts),
        bound=BOUND_SECONDS,
        faults="\n".join(f"| {name} | {what} |" for name, what in FAULTS.items()),
        scenarios=", ".join(f"`{name}`" for name in SCENARIOS),
    )
    rows: dict[Row, dict[str, list[Verdict]]] = {}
    for run, verdict in results:
        rows.setdefault(run.row, {}).setdefault(run.column, []).append(verdict)
    return "\n".join([head, *_calls(rows), _SPECIALS.rstrip(), *_specials(rows)]) + "\n"


def _calls(rows: Mapping[Row, Cells]) -> Iterator[str]:
    calls = [row for row in rows if len(row) > 1]
    handlers = list(dict.fromkeys(row[0] for row in calls))
    yield "| Handler | Call | " + " | ".join(FAULTS) + " |"
    yield "|---" * (len(FAULTS) + 2) + "|"
    shown = ""
    for row in sorted(calls, key=lambda each: handlers.index(each[0])):
        counts = [", ".join(_told(rows[row].get(fault, ()))) for fault in FAULTS]
        yield f"| {'' if row[0] == shown else row[0]} | {row[1]} | {' | '.join(counts)} |"
        shown = row[0]


def _specials(rows: Mapping[Row, Cells]) -> Iterator[str]:
    for row in rows:
        if len(row) == 1:
            held, slowest = _told(rows[row][""])
            yield f"| {row[0]} | {held} | {'' if slowest == '0 s' else slowest} |"


def _told(verdicts: Sequence[Verdict]) -> list[str]:
    """How many of some runs held, and the longest recovery of them; nothing if there are none."""
    held = sum(not each.problems for each in verdicts)
    share = f"{held}/{len(verdicts)}"
    slowest = f"{_slowest(verdicts):.0f} s"
    return [share if held == len(verdicts) else f"**{share}**", slowest] if verdicts else []


def _slowest(verdicts: Sequence[Verdict]) -> float:
    return max((each.seconds for each in verdicts), default=0)
