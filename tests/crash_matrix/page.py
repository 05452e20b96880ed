"""The matrix as a page: a row per handler and call, a column per fault."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.crash_matrix.cells import Cell, Verdict
from tests.crash_matrix.faults import FAULTS
from tests.crash_matrix.judgement import BOUND_SECONDS
from tests.crash_matrix.scenarios import SCENARIOS
from tests.crash_matrix.specials import Special

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
An injector sleeps around each of its calls, and wakes while the restore waits for it, or never.

| What happens | Held | Slowest |
|---|---|---|
"""


@dataclass
class Tally:
    """The runs that share a place in a table."""

    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def held(self) -> int:
        """How many of them held."""
        return sum(not each.problems for each in self.verdicts)

    @property
    def slowest(self) -> float:
        """The longest recovery, in seconds."""
        return max((each.seconds for each in self.verdicts), default=0)

    def __str__(self) -> str:
        share = f"{self.held}/{len(self.verdicts)}"
        failed = self.held < len(self.verdicts)
        return f"**{share}**" if failed else share


type Result = tuple[Cell | Special, Verdict]


def page(results: Sequence[Result]) -> str:
    """The whole page, in Markdown."""
    everything = Tally([verdict for _, verdict in results])
    head = _HEAD.format(
        held=everything.held,
        runs=len(results),
        slowest=everything.slowest,
        bound=BOUND_SECONDS,
        faults="\n".join(f"| {name} | {what} |" for name, what in FAULTS.items()),
        scenarios=", ".join(f"`{name}`" for name in SCENARIOS),
    )
    return "\n".join([head, *_calls(results), _SPECIALS.rstrip(), *_specials(results)]) + "\n"


def _calls(results: Iterable[Result]) -> Iterator[str]:
    rows: dict[tuple[str, str], dict[str, Tally]] = {}
    for asked, verdict in results:
        if isinstance(asked, Cell):
            row = rows.setdefault((asked.module, f"{asked.service} {asked.operation}"), {})
            row.setdefault(asked.fault, Tally()).verdicts.append(verdict)
    yield "| Handler | Call | " + " | ".join(FAULTS) + " |"
    yield "|---" * (len(FAULTS) + 2) + "|"
    shown, handlers = "", list(dict.fromkeys(module for module, _ in rows))
    for (module, call), row in sorted(rows.items(), key=lambda each: handlers.index(each[0][0])):
        counts = [_cell(row.get(fault, Tally())) for fault in FAULTS]
        yield f"| {'' if module == shown else module} | {call} | " + " | ".join(counts) + " |"
        shown = module


def _cell(tally: Tally) -> str:
    return f"{tally}, {tally.slowest:.0f} s" if tally.verdicts else ""


def _specials(results: Iterable[Result]) -> Iterator[str]:
    rows: defaultdict[str, Tally] = defaultdict(Tally)
    for asked, verdict in results:
        if isinstance(asked, Special):
            rows[asked.group].verdicts.append(verdict)
    for group, tally in rows.items():
        slowest = f"{tally.slowest:.0f} s" if tally.slowest else ""
        yield f"| {group} | {tally} | {slowest} |"
