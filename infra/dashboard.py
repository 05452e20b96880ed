"""The dashboard of the control plane: what experiments found, and whether anything is left open."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.metrics import stack_metric

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
                stack_metric(self, f"Experiments{status}", "Sum", DAY, color=color, label=status)
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
                stack_metric(self, "RestoreSeconds", statistic, FIVE_MINUTES, label=statistic)
                for statistic in ("p50", "p95", "Maximum")
            ],
            width=12,
        )

    def _open(self) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(
            title="Open experiments",
            left=[stack_metric(self, "OpenExperiments", "Maximum", FIVE_MINUTES, label="open")],
            width=12,
        )

    def _unrestored(self) -> cloudwatch.SingleValueWidget:
        return cloudwatch.SingleValueWidget(
            title="Targets that wait for a restore from outside, now",
            metrics=[
                stack_metric(self, "UnrestoredTargets", "Maximum", FIVE_MINUTES, label="unrestored")
            ],
            width=12,
        )
