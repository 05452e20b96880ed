"""The dashboard of the control plane: what experiments found, and whether anything is left open."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

STATUSES = {"Held": "#1a7f4b", "Deviated": "#b3261e", "Unknown": "#e5b04a", "Failed": "#6b2a2a"}
DAY, FIVE_MINUTES = Duration.days(1), Duration.minutes(5)


class Dashboard(Construct):
    """Experiments by verdict, the time a restore takes, and what is open or unrestored."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the dashboard."""
        super().__init__(scope, construct_id)
        dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.days(14))
        dashboard.add_widgets(self._verdicts(), self._restores())
        dashboard.add_widgets(self._open(), self._unrestored())

    def _verdicts(self) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(
            title="Experiments a day, by verdict",
            left=[
                self._metric(f"Experiments{status}", "Sum", DAY, color, status)
                for status, color in STATUSES.items()
            ],
            view=cloudwatch.GraphWidgetView.BAR,
            stacked=True,
            width=12,
        )

    def _restores(self) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(
            title="Seconds from the end of a window to its last restore",
            left=[
                self._metric("RestoreSeconds", statistic, FIVE_MINUTES, None, statistic)
                for statistic in ("p50", "p95", "Maximum")
            ],
            width=12,
        )

    def _open(self) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(
            title="Open experiments",
            left=[self._metric("OpenExperiments", "Maximum", FIVE_MINUTES, None, "open")],
            width=12,
        )

    def _unrestored(self) -> cloudwatch.SingleValueWidget:
        return cloudwatch.SingleValueWidget(
            title="Targets that wait for a restore from outside, now",
            metrics=[
                self._metric("UnrestoredTargets", "Maximum", FIVE_MINUTES, None, "unrestored")
            ],
            width=12,
        )

    def _metric(
        self, name: str, statistic: str, period: Duration, color: str | None, label: str
    ) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=Stack.of(self).stack_name,
            metric_name=name,
            dimensions_map={"service": "snapback"},
            statistic=statistic,
            period=period,
            color=color,
            label=label,
        )
