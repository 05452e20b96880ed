"""Restore targets: put back the targets of one batch; retried until they are."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.protocol.lifecycle import load, load_targets
from snapback.rescue.restoration import begin_restore, left_over, restore_target

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, batch, failed, round?}` → `{restored}`; raises TargetsNotRestored."""
    invocation = Invocation.of(context)
    timings = invocation.timings
    meta = invocation.run(load(event["experiment_id"]))
    invocation.run(begin_restore(meta, event, timings, invocation.now))
    targets = invocation.run(load_targets(meta.experiment_id, event["batch"]))
    invocation = invocation.on(meta.experiment)
    attempt = invocation.attempt()
    runs = invocation.run_all(
        [restore_target(meta, target, attempt, invocation.now) for target in targets]
    )
    errors = [str(run.error) for run in runs if run.error is not None]
    after = invocation.run(load_targets(meta.experiment_id, event["batch"]))
    left_over(after, errors)
    logger.info("targets are restored", extra={**event, "targets": len(after)})
    return {"restored": True}
