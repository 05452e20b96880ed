"""Sweep: every minute, restore each open experiment that is no longer in good hands."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from aws.invocation import Context, Invocation
from aws.table import open_experiments
from snapback.interruption import kill_switch
from snapback.protocol.lifecycle import load
from snapback.sweeping import sweep

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:  # noqa: ARG001
    """`{}` → `{open, rescued, unrestored}`, all counts, which are also its metrics."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    stopped = invocation.run(kill_switch(settings.kill_switch_parameter))
    found = open_experiments(settings.table_name)
    swept, errors = [], []
    for experiment_id in found:
        meta = invocation.run(load(experiment_id))
        step = sweep(meta, stopped, settings.restore_state_machine_arn, invocation.now)
        run = invocation.on(meta.experiment).run_all([step])[0]
        swept += [run.result] if run.result else []
        errors += [str(run.error)] if run.error else []
    counts = {
        "open": len(found),
        "rescued": sum(bool(each.restore_execution_arn) for each in swept),
        "unrestored": sum(each.unrestored for each in swept),
    }
    metrics.add_metric("Sweeps", MetricUnit.Count, 1)
    metrics.add_metric("OpenExperiments", MetricUnit.Count, counts["open"])
    metrics.add_metric("UnrestoredTargets", MetricUnit.Count, counts["unrestored"])
    logger.info("swept", extra=counts | {"errors": errors})
    return counts
