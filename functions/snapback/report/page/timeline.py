"""Which charts a report has: one for each source that was counted, and one for the function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snapback.model.effects import Document
from snapback.model.evidence import Span
from snapback.report.page.charts import Chart, Line, Mark, Points, chart
from snapback.workload.functions import bare_name
from snapback.workload.waiting import seconds_behind, waiting

MOST_TARGETS = 20

_STYLES = {"in flight": "second", "delayed": "third"}
"""How a line is drawn that is no backlog."""

type Report = Document


@dataclass(frozen=True, slots=True)
class _Run:
    """What every chart of a report shares."""

    report: Report
    windows: list[Span]
    origin: float

    def chart(self, title: str, unit: str, lines: list[Line], targets: Sequence[Report]) -> Chart:
        """A chart of lines, marked where targets were broken and restored."""
        times = [at for line in lines for at, _ in line.points]
        times += [edge for span in self.windows for edge in span]
        shown = Span(min(times), max([*times, self.report["finished_at"]]))
        marks = [mark for target in targets for mark in _marks(target)]
        return chart(
            title, unit, lines, shown, origin=self.origin, windows=self.windows, marks=marks
        )


def timeline(report: Report) -> list[Chart]:
    """The charts, sources first; without samples or series there is nothing to draw."""
    windows = [Span(each["begins_at"], each["ends_at"]) for each in report["windows"]]
    origin = min((span.begins for span in windows), default=report["started_at"])
    run = _Run(report, windows, origin)
    targets = report.get("targets", [])[:MOST_TARGETS]
    counted = [(each, lines) for each in targets if (lines := _waiting(report, each))]
    charts = [run.chart(each["title"], "messages", lines, [each]) for each, lines in counted]
    others = [each for each in targets if not _waiting(report, each)]
    return charts + _behind(run, others) + _of_function(run)


def _waiting(report: Report, target: Report) -> list[Line]:
    """What waited in the source of a target, if it has one that was counted."""
    found = waiting(report, target.get("source_arn", ""))
    return [Line(name, _STYLES.get(name, "backlog"), points) for name, points in found.items()]


def _series(points: Sequence[Mapping[str, float]] | None) -> Points:
    return [(each["at"], each["value"]) for each in points or ()]


def _marks(target: Report) -> list[Mark]:
    turns = [*target["earlier_cycles"], target]
    return [
        Mark(turn[key], name)
        for turn in turns
        for key, name in (("broken_at", "broken"), ("restored_at", "restored"))
        if turn[key]
    ]


def _behind(run: _Run, targets: Sequence[Report]) -> list[Chart]:
    """One chart for all targets of which only the function's lag is known."""
    points = seconds_behind(run.report)
    if not targets or not points:
        return []
    lines = [Line("iterator age", "second", points, minutes=True)]
    names = ", ".join(target["title"] for target in targets)
    return [run.chart(names, "seconds behind", lines, targets)]


def _of_function(run: _Run) -> list[Chart]:
    series = run.report.get("series", {})
    bars = [
        Line("invocations", "bars", _series(series.get("invocations")), minutes=True),
        Line("errors", "bad", _series(series.get("errors")), minutes=True),
    ]
    drawn = [line for line in bars if any(value for _, value in line.points)]
    if not drawn:
        return []
    name = bare_name(run.report["experiment"]["function_name"])
    return [run.chart(f"Function {name}", "per minute", drawn, [])]
