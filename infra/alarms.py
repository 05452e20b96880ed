"""The alarms: nothing that goes wrong stays silent."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.metrics import stack_metric

MINUTE = Duration.minutes(1)


class Alarms(Construct):
    """Four alarms: no sweeps, targets left unrestored, events not delivered, people not told."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        notify: lambda_.Function,
        dead_letters: sqs.Queue,
        topic: sns.Topic,
    ) -> None:
        """Create the alarms; they notify the topic when they ring and when it is over."""
        super().__init__(scope, construct_id)
        tell = actions.SnsAction(topic)
        no_sweeps = self._no_sweeps()
        no_sweeps.add_insufficient_data_action(tell)
        alarms = [
            no_sweeps,
            self._unrestored_targets(),
            self._undelivered_events(dead_letters),
            self._lost_notices(notify),
        ]
        for alarm in alarms:
            alarm.add_alarm_action(tell)
            alarm.add_ok_action(tell)

    def _no_sweeps(self) -> cloudwatch.Alarm:
        """Silence is told as INSUFFICIENT_DATA, in which a new alarm begins without telling it."""
        return cloudwatch.Alarm(
            self,
            "NoSweeps",
            alarm_description="Snapback: the sweeper has not looked at every open experiment for "
            "three minutes or more (INSUFFICIENT_DATA: it said nothing at all); nothing is "
            "rescued. See its log",
            metric=stack_metric(self, "Sweeps", "Sum", MINUTE),
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            threshold=1,
            evaluation_periods=3,
            treat_missing_data=cloudwatch.TreatMissingData.MISSING,
        )

    def _unrestored_targets(self) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "UnrestoredTargets",
            alarm_description="Snapback: targets that need a restore from outside are not back. "
            "The failed restore's cause tells what to do by hand",
            metric=stack_metric(self, "UnrestoredTargets", "Maximum", MINUTE),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _undelivered_events(self, dead_letters: sqs.Queue) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "UndeliveredEvents",
            alarm_description="Snapback: EventBridge could not start a restore, a sweep, a "
            "game-day or a notice. The event is in the dead-letter queue",
            metric=dead_letters.metric_approximate_number_of_messages_visible(
                period=MINUTE, statistic="Maximum"
            ),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _lost_notices(self, notify: lambda_.Function) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "LostNotices",
            alarm_description="Snapback: a notification was not delivered, although Lambda tried "
            "again. See the log of the function Notify",
            metric=notify.metric("AsyncEventsDropped", period=MINUTE, statistic="Sum"),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
