"""Which charts a report has: one for each source, and one for the function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapback.model.evidence import Span
from snapback.report.page.charts import Chart, Line, Mark, Points, chart
from snapback.workload.metrics import bare_name

MOST_SOURCES = 20

_NAMES = {
    "sqs": "Queue", "kinesis": "Stream", "dynamodb": "Table stream", "kafka": "Topic", "mq": "Broker",
}  # fmt: skip

type Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Run:
    """What every chart of a report shares."""

    report: Report
    windows: list[Span]
    origin: float

    def chart(self, title: str, unit: str, lines: list[Line], targets: Sequence[Report]) -> Chart:
        """A chart of lines, marked where targets were detached and attached."""
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
    targets = report.get("targets", [])[:MOST_SOURCES]
    charts = [
        run.chart(source_name(target["source"]), "messages", lines, [target])
        for target in targets
        if (lines := _depths(report, target["source"]))
    ]
    streams = [target for target in targets if not _depths(report, target["source"])]
    return charts + _of_streams(run, streams) + _of_function(run)


def source_name(key: str) -> str:
    """A source in words, from the key of its mapping: `Queue orders`."""
    arn, *rest = key.split("|")
    parts = arn.split(":")
    if parts[0] != "arn":
        return " ".join(["Kafka", arn, *rest[1:]])
    name = ":".join(parts[5:])
    if parts[2] in ("dynamodb", "kinesis"):
        name = name.split("/")[1]
    return " ".join([_NAMES.get(parts[2], parts[2]), name, *rest[1:]])


def _depths(report: Report, source: str) -> list[Line]:
    """What waited in a source: as a workload counted it, else as its queue was sampled."""
    arn = source.split("|", maxsplit=1)[0]
    kind = arn.split(":")[2] if arn.startswith("arn:") else ""
    if points := _series(report.get("backlog", {}).get(kind)):
        return [Line("written, not handled yet", "backlog", points)]
    lines = [
        Line("visible", "backlog", _sampled(report, arn, "visible")),
        Line("in flight", "second", _sampled(report, arn, "in_flight")),
        Line("delayed", "third", _sampled(report, arn, "delayed")),
    ]
    if not lines[0].points:
        return []
    return [line for line in lines if line.name == "visible" or any(v for _, v in line.points)]


def _sampled(report: Report, arn: str, key: str) -> Points:
    return [
        (sample["at"], sample["queues"][arn][key])
        for sample in report.get("samples", ())
        if key in sample.get("queues", {}).get(arn, {})
    ]


def _series(points: Sequence[Mapping[str, float]] | None) -> Points:
    return [(each["at"], each["value"]) for each in points or ()]


def _marks(target: Report) -> list[Mark]:
    turns = [*target["earlier_cycles"], target]
    return [
        Mark(turn[key], name)
        for turn in turns
        for key, name in (("detached_at", "detached"), ("restored_at", "attached"))
        if turn[key]
    ]


def _of_streams(run: _Run, targets: Sequence[Report]) -> list[Chart]:
    """CloudWatch knows one iterator age for all streams of a function."""
    age = _series(run.report.get("series", {}).get("iterator_age_ms"))
    if not targets or not age:
        return []
    seconds = [(at, value / 1000) for at, value in age]
    lines = [Line("iterator age", "second", seconds, minutes=True)]
    names = ", ".join(source_name(target["source"]) for target in targets)
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
