"""Verify targets: compare every restored target with its snapshot, field by field."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.protocol.lifecycle import extend, load, load_targets
from snapback.rescue.restoration import verify_target

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id}` → `{verified, equal}`, both counts; what differs is for the report."""
    invocation = Invocation.of(context)
    timings = invocation.timings
    meta = invocation.run(load(event["experiment_id"]))
    following = meta.experiment["ramp_time"] + timings.report_task_seconds
    seconds = timings.verify_targets_task_seconds + following
    invocation.run(extend(meta, invocation.until(seconds)))
    targets = invocation.run(load_targets(meta.experiment_id))
    invocation = invocation.on(meta.experiment)
    runs = invocation.run_all([verify_target(meta, target, timings) for target in targets])
    found = [run.result for run in runs if run.result is not None]
    counts = {"verified": len(found), "equal": sum(bool(each["equal"]) for each in found)}
    logger.info("targets are verified", extra=counts)
    return counts
