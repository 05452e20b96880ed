"""Sweep: every minute, restore each open experiment that is no longer in good hands."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from aws.invocation import Context, Invocation
from aws.table import open_experiments
from snapback.interruption import engaged
from snapback.protocol.lifecycle import load
from snapback.sweeping import sweep

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:  # noqa: ARG001
    """`{}` → `{open, rescued, unrestored}`, all counts, which are also its metrics."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    machine = settings.restore_state_machine_arn
    stopped = invocation.run(engaged(settings.kill_switch_parameter))
    found = open_experiments(settings.table_name)
    loaded = invocation.run_all([load(each) for each in found])
    runs = [
        invocation.on(meta.experiment).run_all([sweep(meta, stopped, machine, invocation.now)])[0]
        for meta in (each.result for each in loaded)
        if meta is not None
    ]
    swept = [run.result for run in runs if run.result is not None]
    surprises = [*(each.error for each in loaded), *(each.error for each in runs)]
    counts = {
        "open": len(found),
        "rescued": sum(bool(each.restore_execution_arn) for each in swept),
        "unrestored": sum(each.unrestored for each in swept),
    }
    metrics.add_metric("Sweeps", MetricUnit.Count, int(len(swept) == len(found)))
    metrics.add_metric("OpenExperiments", MetricUnit.Count, counts["open"])
    metrics.add_metric("UnrestoredTargets", MetricUnit.Count, counts["unrestored"])
    logger.info("swept", extra=counts | {"errors": [str(each) for each in surprises if each]})
    return counts
