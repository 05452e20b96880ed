"""The metrics that the functions write, as alarms and the dashboard read them."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct


def stack_metric(
    scope: Construct,
    name: str,
    statistic: str,
    period: Duration,
    *,
    color: str | None = None,
    label: str | None = None,
) -> cloudwatch.Metric:
    """One metric, by the namespace and the dimension that the stack's functions write it under."""
    return cloudwatch.Metric(
        namespace=Stack.of(scope).stack_name,
        metric_name=name,
        dimensions_map={"service": "snapback"},
        statistic=statistic,
        period=period,
        color=color,
        label=label,
    )
