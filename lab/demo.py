"""The demonstration: break the sample workload for 20 seconds, and show that nothing is lost."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from lab.cloud import client
from lab.deployment import Deployment, deploy_all
from lab.live_view import LiveView, Picture
from lab.product import Product
from lab.report_files import backlog, write
from lab.sample.outputs import Sample
from lab.sample.producer import SOURCES, Producer, handled
from lab.session import OUT, Lab, LabError, running
from lab.verdict import Verdict, judge

EXPECTED = [
    {"type": "backlog_grew"},
    {"type": "drained_within", "seconds": 60, "sources": "queues"},
]
WARM_UP_SECONDS = 5
DRAIN_SECONDS = 90
ENABLE_SECONDS = 60
LOOK_SECONDS = 1.0


def main() -> int:
    """Run the demonstration; 0 only if every claim held."""
    options = _options()
    try:
        with running(say=print) as lab:
            deployment = deploy_all(lab, options.assembly, say=print)
            verdict = demonstrate(lab, deployment, options.seconds)
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(verdict.text)
    for path in write(verdict.report, OUT):
        print(f"report: {path.relative_to(Path.cwd())}")
    return 0 if verdict.held else 1


def demonstrate(lab: Lab, deployment: Deployment, seconds: int) -> Verdict:
    """Run one experiment on the sample while messages keep coming, and judge what became of them."""
    product, sample = Product(lab, deployment), deployment.sample
    seen: list[tuple[float, Picture]] = []
    _wait(lambda: _all_enabled(lab, sample), ENABLE_SECONDS, "the mappings are not enabled")
    with LiveView() as view, Producer(lab, sample) as producer:

        def look(phase: str) -> bool:
            picture = Picture.of(lab, sample, producer, phase)
            seen.append((time.time(), picture))
            view.show(picture)
            return picture.drained

        _look_for(look, "steady state", WARM_UP_SECONDS)
        name = f"demo-{int(time.time())}"
        execution = product.start(name, total_chaos_duration=seconds, expect=EXPECTED)
        while not product.ended(execution):
            look(f"{product.phase(execution)} {countdown(seen, seconds, time.time())}".strip())
            time.sleep(LOOK_SECONDS)
        producer.stop()
        _wait(lambda: look("draining"), DRAIN_SECONDS, "the backlog does not drain")
    written = {source: producer.numbers(source) for source in SOURCES}
    verdict = judge(product.execution(execution), written, handled(lab, sample))
    return replace(verdict, report={**verdict.report, "backlog": backlog(seen)})


def countdown(seen: Sequence[tuple[float, Picture]], seconds: float, now: float) -> str:
    """How long the fault still holds, counted from when every mapping was first seen away."""
    if not seen or not seen[-1][1].detached:
        return ""
    left = next(at for at, picture in seen if picture.detached) + seconds - now
    return f"{left:.0f} s left" if left > 0 else ""


def _all_enabled(lab: Lab, sample: Sample) -> bool:
    listed = client(lab, "lambda").list_event_source_mappings(FunctionName=sample.function_name)
    return all(each["State"] == "Enabled" for each in listed["EventSourceMappings"])


def _look_for(look: Callable[[str], bool], phase: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        look(phase)
        time.sleep(LOOK_SECONDS)


def _wait(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise LabError(f"{otherwise} within {seconds:.0f} s")
        time.sleep(LOOK_SECONDS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo ARGS=…", description=__doc__)
    parser.add_argument("--assembly", type=Path, required=True, help="what `cdk synth` wrote")
    parser.add_argument("--seconds", type=int, default=20, help="how long the fault holds (20)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
