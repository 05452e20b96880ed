"""Sweep: every minute, restore each open experiment that is no longer in good hands."""

import random
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from aws.driver import Run
from aws.invocation import Context, Invocation
from aws.table import open_experiments
from snapback.model.records import Meta
from snapback.protocol.lifecycle import load
from snapback.rescue.interruption import engaged
from snapback.rescue.sweeping import Swept, sweep, sweep_alarms

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:  # noqa: ARG001
    """`{}` → `{open, rescued, unrestored}`, all counts, which are also its metrics."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    stopped = invocation.run(engaged(settings.kill_switch_parameter))
    found = open_experiments(settings.table_name)
    loaded = invocation.run_all([load(each) for each in found])
    metas = [each.result for each in loaded if each.result is not None]
    facts = _by_facts(invocation, metas, stopped)
    alarms = _by_alarms(invocation, metas, facts)
    known = [run.result or fact.result for run, fact in zip(alarms, facts, strict=True)]
    swept = [each for each in known if each is not None]
    surprises = [*(each.error for each in loaded), *(each.error for each in (*facts, *alarms))]
    counts = {
        "open": len(found),
        "rescued": sum(bool(each.restore_execution_arn) for each in swept),
        "unrestored": sum(each.unrestored for each in swept),
    }
    looked_at = sum(each.result is not None for each in alarms)
    metrics.add_metric("Sweeps", MetricUnit.Count, int(looked_at == len(found)))
    metrics.add_metric("OpenExperiments", MetricUnit.Count, counts["open"])
    metrics.add_metric("UnrestoredTargets", MetricUnit.Count, counts["unrestored"])
    logger.info("swept", extra=counts | {"errors": [str(each) for each in surprises if each]})
    return counts


def _by_facts(invocation: Invocation, metas: Sequence[Meta], stopped: str) -> list[Run[Swept]]:
    machine, timings = invocation.settings.restore_state_machine_arn, invocation.timings
    return invocation.run_all(
        [sweep(meta, stopped, machine, timings, invocation.now) for meta in metas]
    )


def _by_alarms(
    invocation: Invocation, metas: Sequence[Meta], facts: Sequence[Run[Swept]]
) -> list[Run[Swept]]:
    """Answered in the same order, but asked in any: the last may not have their turn this minute."""
    machine = invocation.settings.restore_state_machine_arn
    left = invocation.seconds_left - invocation.timings.alarm_look_seconds
    brief = invocation.for_seconds(left)
    runs = list(facts)
    for each in random.sample(range(len(metas)), len(metas)):
        if (found := facts[each].result) is not None:
            there = brief.on(metas[each].experiment).in_a_hurry()
            [runs[each]] = there.run_all([sweep_alarms(metas[each], found, machine)])
    return runs
