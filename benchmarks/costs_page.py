"""docs/cost.md: what runs and the idle stack cost, by list prices."""

from collections.abc import Sequence

from benchmarks.cases import SNAPBACK, Case
from benchmarks.costs import EVENT_BYTES, PLATFORM_BYTES, WEEKS_A_MONTH, of_idle_month, of_run
from benchmarks.measures import Measured
from benchmarks.results import Results
from benchmarks.tables import NOTHING, amount, each_costs, money, table
from infra import ROOT
from prove.prices import AS_OF, PRICES, REGION, Usage, total

FILE = ROOT / "docs" / "cost.md"
SIZES = (1, 10, 100, 1000)

_HEAD = """\
# What it costs

Written by `make bench` from what [the benchmarks](benchmarks.md) count: list prices of {region} in {as_of}, Lambda on
arm64, no free tier. An experiment here takes mappings away for a minute. What AWS asks for since is on the pages that the
[prices](#prices) name.

| what | dollars |
|---|---:|
{short}
## A run

{runs}
`Logs` are those of the state machine, which logs every event with its data, and those of the handlers: in the largest run
{logged:.1f} MB. An event counts {event} bytes beside its data, and what Lambda logs of an invocation {platform} bytes: both
are assumptions. Kept for a year, as the stack does it, they cost {kept} more.

A failed run costs more, because restores are retried: each retry is a transition and an invocation. Computing is not in
the GB-seconds, only waiting ([the model](benchmarks.md#the-model)). Not counted either: what a run leaves in the table and
the bucket for a year, and requests to KMS.

## The idle stack

A month without experiments, in which the sweeper runs every minute:

{idle}
An account's first three dashboards and first ten alarms and metrics are free, and so is most of the rest of this table in
a small account.

## Prices

{prices}"""


def page(results: Results) -> str:
    """The whole page."""
    found = [results.of(Case(SNAPBACK, targets)) for targets in SIZES]
    runs = [each for each in found if each]
    logged = sum(each.amount for each in of_run(runs[-1]) if each.of == "log gigabyte")
    return _HEAD.format(
        region=REGION,
        as_of=AS_OF,
        short=_short(results, runs),
        runs=_runs(runs),
        logged=1000 * logged,
        event=EVENT_BYTES,
        platform=PLATFORM_BYTES,
        kept=money(Usage("log gigabyte kept", 12 * logged).dollars),
        idle=_idle(results),
        prices=_prices(results, runs),
    )


def _short(results: Results, runs: Sequence[Measured]) -> str:
    rows = [(f"a run on {run.targets:,}", money(total(of_run(run)))) for run in runs]
    rows += [
        (f"a month of weekly runs on {run.targets:,}", money(WEEKS_A_MONTH * total(of_run(run))))
        for run in runs
    ]
    if results.idle:
        rows.append(("the idle stack, a month", money(total(of_idle_month(results.idle)))))
    return "".join(f"| {what} | {dollars} |\n" for what, dollars in rows)


def _runs(runs: Sequence[Measured]) -> str:
    used = [{each.of: each for each in of_run(run)} for run in runs]
    names = list(dict.fromkeys(name for each in used for name in each))
    head = ("of", *(f"N = {run.targets:,}" for run in runs))
    rows = [(PRICES[name].unit, *(_of(name, each) for each in used)) for name in names]
    rows.append(("together", *(money(total(tuple(each.values()))) for each in used)))
    return table(head, rows)


def _of(name: str, used: dict[str, Usage]) -> str:
    if name not in used:
        return NOTHING
    return f"{money(used[name].dollars)} ({amount(used[name].amount)})"


def _idle(results: Results) -> str:
    if not results.idle:
        return "Not measured.\n"
    used = of_idle_month(results.idle)
    rows = [(PRICES[each.of].unit, amount(each.amount), money(each.dollars)) for each in used]
    return table(("of", "amount", "dollars"), [*rows, ("together", "", money(total(used)))])


def _prices(results: Results, runs: Sequence[Measured]) -> str:
    """The price of everything that stands on the page."""
    idle = of_idle_month(results.idle) if results.idle else ()
    used = {each.of for run in runs for each in of_run(run)} | {each.of for each in idle}
    rows = [
        (each.unit, each.page, each_costs(each.dollars)) for n, each in PRICES.items() if n in used
    ]
    return table(("unit", "page", "dollars"), rows, words=2)
