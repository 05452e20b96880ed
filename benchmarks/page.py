"""docs/benchmarks.md, and the short form of it that a command prints."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks import goals
from benchmarks.cases import CIRCUMSTANCES, SCRIPTS, SNAPBACK, WHOLE_LIMIT, Case
from benchmarks.costs import of_run
from benchmarks.goals import EXEMPT_IMPORTS, Checked
from benchmarks.imports import BARE, NOT_MEASURED, ratio
from benchmarks.measures import Measured
from benchmarks.results import Results
from benchmarks.tables import cell, money, table
from infra import ROOT
from prove.prices import total
from tests.fakes.cloud.mappings import LISTS_LAG_SECONDS, STALE_SECONDS
from tests.fakes.cloud.metered import AS_ON_AWS
from tests.fakes.traffic import ASSUMED_SECONDS, OTHERWISE_SECONDS, REFUSED_SECONDS

FILE = ROOT / "docs" / "benchmarks.md"
WAYS = (*SCRIPTS, SNAPBACK)
COLUMNS = (
    "way", "calls", "a mapping", "refused", "seconds", "longest away", "lost", "changed",
    "transitions", "history events", "Lambda ms", "cost",
)  # fmt: skip

_HEAD = """\
# Benchmarks

Written by `make bench`; `make bench-quick` measures a part of it in less than a minute and fails if a goal is missed.

Mappings are taken away for a minute and put back, by Snapback and by what people use instead, all in the same world: the
real handlers and state machines, the real scripts and the real Chaos Toolkit, on a virtual clock, behind one quota for
the Lambda control plane. The same figures come out of every run. [The model](#the-model) says what the world assumes of
AWS and what it leaves out.

## Goals

{goals}
"""

_SIDE_BY_SIDE = """
## Side by side

- *boto3 loop*: get and delete each mapping, wait, create each, look until it is enabled. It does not know of tags.
- *frugal script*: pages of a hundred, paced below the limit; a call for each mapping only to read its tags, delete it and
  create it.
- *Chaos Toolkit*: `chaosaws.awslambda.actions.delete_event_source_mapping`, and the code to put mappings back that its
  users write themselves.
- *Snapback*: this stack, with its default settings.

Only Snapback checks before it begins whether a mapping can be put back, records what it does, and compares every field
in the end. `calls` passed the control plane, `refused` met its limit; `seconds` are those of the whole run, `longest
away` those of the mapping that was away longest; `lost` mappings were not there afterwards, `changed` ones had lost a
setting or a tag. A script is run from a desk and costs nothing.
"""

_CUT_SHORT = """
## Cut short

{words}.
Nothing else is done about it.

"""

_BUSY = """
## With others

{words}, of the 15 that the account has.

"""

_SHAPE = """
## How it grows

Snapback alone, from one mapping to a thousand: `calls` from the snapshot to the verification, then units of the table and
milliseconds of Lambda, each a mapping.

"""

_PHASES = """
With the whole limit for itself, the time to inject and to restore, relative to what as many calls take at {limit} a second:

"""

_IMPORTS = """
## Imports

What a new interpreter does to import a handler, in instructions relative to a bare `import boto3`: what a cold start pays.

"""

_LAB = """
## On the lab

One experiment on the three mappings of the sample, with real processes and real time, relative to the {hold} s that were
asked for: the mapping that was away longest was away {away} times as long, the whole experiment took {whole} times as
long.
"""

_MODEL = """
## The model

The quota: {window} requests to the control plane in any second, for everybody in the account together; a sliding window. All
operations of Lambda count but `GetFunction`, `GetPolicy` and `Invoke`. A refused request is answered after
{refused:g} s and repeated as the SDK of its sender does it. Where others send requests too, theirs are served first.

A mapping is `Creating` for {settling} s and `Deleting` for {deleting} s, drawn evenly, by a seed. A read may show
the state before a change for {stale:g} s, a list for {lag:g} s. `ListEventSourceMappings` answers 100 mappings at most.

A request takes, in seconds (any other {otherwise:g}):

{latencies}
These times are assumptions, not measurements. Computing takes no time: `Lambda ms` are those in which a handler waits for
requests and pauses, without its start. Mappings read queues that are empty. The table's units are counted from the sizes
of items by DynamoDB's rules; a transaction counts double. Transitions are every state that is entered and every retry.

Measured on {day} at {commit}: Python {python}, {packages}; {machine}.
"""


def page(results: Results) -> str:
    """The whole page."""
    parts = [_HEAD.format(goals=_goals(results)), _SIDE_BY_SIDE]
    for targets in (1, 10, 100, 1000):
        shown = _side_by_side(results, targets)
        parts.append(f"\n{_mappings(targets)}:\n\n{shown}")
    parts.append(_CUT_SHORT.format(words=_sentence("stopped")) + _cut_short(results))
    parts.append(_BUSY.format(words=_sentence("busy")) + _side_by_side(results, 100, "busy"))
    parts.append(_SHAPE + _growth(results) + _PHASES.format(limit=WHOLE_LIMIT) + _phases(results))
    parts.append(_IMPORTS + _imports(results))
    if results.lab:
        lab = results.lab
        parts.append(_LAB.format(hold=cell(lab["hold_seconds"]), **_texts(lab)))
    parts.append(_model(results))
    return "".join(parts)


def summary(results: Results) -> str:
    """The figures side by side, as a command prints them."""
    sizes = (1, 10, 100, 1000)
    shown = [(targets, _side_by_side(results, targets)) for targets in sizes]
    tables = [f"{_mappings(targets)}\n{text}" for targets, text in shown if text]
    return "\n".join([*tables, _sentence("stopped"), _cut_short(results)])


def not_measured(results: Results) -> Iterator[str]:
    """What could not be measured here, and why."""
    if not results.imports:
        yield f"imports of handlers: {NOT_MEASURED}"
    if not any(each.strategy == "Chaos Toolkit" for each in results.runs.values()):
        yield "Chaos Toolkit: not measured: needs build/bench, which make sets up"


def _mappings(targets: int) -> str:
    return f"{targets:,} mapping{'s' if targets > 1 else ''}"


def _sentence(circumstances: str) -> str:
    words = CIRCUMSTANCES[circumstances].words
    return words[0].upper() + words[1:]


def _goals(results: Results) -> str:
    rows = [_goal(each) for each in goals.check(results)]
    return table(("goal", "at most", "measured", ""), rows).rstrip("\n")


def _goal(checked: Checked) -> Sequence[object]:
    if checked.figure is None:
        return checked.what, f"{checked.at_most:g}", "not measured", ""
    measured = f"{checked.figure:.{checked.digits}f}"
    return checked.what, f"{checked.at_most:g}", measured, "**missed**" if checked.missed else ""


def _side_by_side(results: Results, targets: int, circumstances: str = "alone") -> str:
    found = [results.of(Case(way, targets, circumstances)) for way in WAYS]
    rows = [_row(each) for each in found if each]
    return table(COLUMNS, rows) if rows else ""


def _row(run: Measured) -> Sequence[object]:
    workflow = (run.transitions, run.history_events, run.lambda_milliseconds)
    own = run.strategy == SNAPBACK
    return (
        _name(run),
        run.calls,
        f"{run.calls / run.targets:.2f}",
        run.refused,
        run.seconds,
        run.away_seconds,
        run.lost,
        run.changed,
        *(workflow if own else (None, None, None)),
        money(total(of_run(run))) if own else None,
    )


def _name(run: Measured) -> str:
    return (
        run.strategy
        if run.ended in ("SUCCEEDED", "ABORTED", "Killed")
        else (f"{run.strategy} ({run.ended})")
    )


def _cut_short(results: Results) -> str:
    rows = [
        (run.strategy, targets, run.lost, run.changed, run.away_seconds or None)
        for targets in (10, 100)
        for way in WAYS
        if (run := results.of(Case(way, targets, "stopped")))
    ]
    return table(("way", "mappings", "lost", "changed", "longest away"), rows)


def _growth(results: Results) -> str:
    runs = [run for targets in (1, 10, 100, 1000) if (run := results.of(Case(SNAPBACK, targets)))]
    head = (
        "mappings", "calls", "write units", "read units", "Lambda ms", "transitions",
        "history events", "largest payload, bytes",
    )  # fmt: skip
    return table(head, (_growing(run) for run in runs))


def _growing(run: Measured) -> Sequence[object]:
    each = (run.between, run.write_units, run.read_units, run.lambda_milliseconds)
    shares = (f"{figure / run.targets:,.1f}" for figure in each)
    sizes = (run.transitions, run.history_events, run.largest_payload_bytes)
    return (f"{run.targets:,}", *shares, *sizes)


def _phases(results: Results) -> str:
    runs = [results.of(Case(SNAPBACK, targets, "whole limit")) for targets in (100, 200, 1000)]
    rows = [
        (
            f"{run.targets:,}",
            name,
            phase.calls,
            phase.seconds,
            f"{_relative(phase.calls, phase.seconds):.2f}",
        )
        for run in runs
        if run
        for name, phase in run.phases.items()
    ]
    return table(("mappings", "phase", "calls", "seconds", "relative"), rows, words=2)


def _relative(calls: int, seconds: float) -> float:
    return seconds / (calls / WHOLE_LIMIT) if calls else 0


def _imports(results: Results) -> str:
    if not results.imports:
        return f"{NOT_MEASURED}.\n"
    bare = results.imports[BARE]
    rows = [(name, f"{ratio(each, bare):.2f}") for name, each in results.imports.items()]
    exempt = (f"`{name}` may take more: {why}.\n" for name, why in EXEMPT_IMPORTS.items())
    return "\n".join([table(("import", "relative"), rows), *exempt])


def _model(results: Results) -> str:
    rows = ((name, f"{seconds:g}") for name, seconds in sorted(ASSUMED_SECONDS.items()))
    return _MODEL.format(
        window=WHOLE_LIMIT,
        refused=REFUSED_SECONDS,
        settling=_span(AS_ON_AWS.settling),
        deleting=_span(AS_ON_AWS.deleting),
        stale=STALE_SECONDS,
        lag=LISTS_LAG_SECONDS,
        otherwise=OTHERWISE_SECONDS,
        latencies=table(("request", "seconds"), rows),
        **results.made,
    )


def _span(seconds: tuple[float, float]) -> str:
    return f"{seconds[0]:g} to {seconds[1]:g}"


def _texts(lab: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{lab[name]:g}" for name in ("away", "whole")}
