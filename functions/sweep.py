"""Sweep: every minute, restore each open experiment that is no longer in good hands."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from aws.invocation import Context, Invocation
from aws.table import open_experiments
from snapback.sweeping import sweep

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:  # noqa: ARG001
    """`{}` → `{open, rescued, unrestored}`, all counts, which are also its metrics."""
    invocation = Invocation.of(context)
    machine = invocation.settings.restore_state_machine_arn
    found = open_experiments(invocation.settings.table_name)
    runs = invocation.run_all([sweep(each, machine, invocation.now) for each in found])
    swept = [run.result for run in runs if run.result is not None]
    counts = {
        "open": len(found),
        "rescued": sum(bool(each.restore_execution_arn) for each in swept),
        "unrestored": sum(each.unrestored for each in swept),
    }
    metrics.add_metric("Sweeps", MetricUnit.Count, 1)
    metrics.add_metric("OpenExperiments", MetricUnit.Count, counts["open"])
    metrics.add_metric("UnrestoredTargets", MetricUnit.Count, counts["unrestored"])
    logger.info("swept", extra=counts | {"errors": [str(run.error) for run in runs if run.error]})
    return counts
