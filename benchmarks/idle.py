"""The stack while nothing happens: one sweep in virtual time, and the template's alarms and dashboards."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measures import Idle, milliseconds
from tests.fakes.cloud.account import PRINTED
from tests.fakes.cloud.metered import metered

_ALARM, _DASHBOARD = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"


def measure(assembly: Path) -> Idle:
    """Sweep an account without experiments, and read the template that `cdk synth` wrote there."""
    with metered(0) as made:
        task = made.lambdas.invoke("Sweep", {})
        made.scheduler.run(lambda: task.over, made.lambdas.timings.sweep_function_seconds)
        [ran] = made.lambdas.ran
        printed = PRINTED.getvalue()
        units = made.items.units.read
    resources = _resources(assembly)
    return Idle(
        milliseconds=milliseconds(ran),
        read_units=units,
        printed_bytes=len(printed.encode()),
        metrics=len({*metrics(printed)}),
        alarms=resources[_ALARM],
        dashboards=resources[_DASHBOARD],
    )


def metrics(printed: str) -> Iterator[tuple[str, ...]]:
    """The metrics that a handler's log makes, each by its name and its dimensions."""
    for line in printed.splitlines():
        for directive in json.loads(line).get("_aws", {}).get("CloudWatchMetrics", ()):
            for dimensions in directive["Dimensions"]:
                for metric in directive["Metrics"]:
                    yield (metric["Name"], *dimensions)


def _resources(assembly: Path) -> Counter[str]:
    """How many resources of each type the stack has."""
    template = json.loads((assembly / "Snapback.template.json").read_text())
    return Counter(each["Type"] for each in template["Resources"].values())
