"""Report: judge what happened, close the experiment, and tell it in one document."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from aws.invocation import Context, Invocation
from snapback.protocol.lifecycle import load
from snapback.report.conclusion import conclude
from snapback.report.publication import publish, restore_seconds

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, failure}` → `{failure, report}`, the report as far as it fits.

    The experiment is closed before its report is published: whatever that meets is only logged.
    """
    invocation = Invocation.of(context)
    settings = invocation.settings
    meta = invocation.run(load(event["experiment_id"]))
    step = conclude(meta, event["failure"], invocation.now)
    concluded = invocation.on(meta.experiment).run(step)
    report = concluded.report
    published = publish(report, settings.reports_bucket, settings.report_topic_arn)
    run = invocation.run_all([published])[0]
    metrics.add_metric(f"Experiments{report['status'].capitalize()}", MetricUnit.Count, 1)
    if (seconds := restore_seconds(report)) is not None:
        metrics.add_metric("RestoreSeconds", MetricUnit.Seconds, seconds)
    problem = str(run.error) if run.error else ""
    logger.info("experiment is reported", extra={"status": report["status"], "problem": problem})
    return concluded.answer(run.result or {})
