"""The alarms: nothing that goes wrong stays silent."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

MINUTE = Duration.minutes(1)


class Alarms(Construct):
    """Three alarms: no sweeps, targets left unrestored, events not delivered."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        dead_letters: sqs.Queue,
        topic: sns.Topic,
    ) -> None:
        """Create the alarms; they notify the topic when they ring and when it is over."""
        super().__init__(scope, construct_id)
        alarms = [
            self._no_sweeps(),
            self._unrestored_targets(),
            self._undelivered_events(dead_letters),
        ]
        for alarm in alarms:
            alarm.add_alarm_action(actions.SnsAction(topic))
            alarm.add_ok_action(actions.SnsAction(topic))

    def _no_sweeps(self) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "NoSweeps",
            alarm_description="Snapback: the sweeper has not looked at every open experiment for "
            "three minutes; nothing is rescued. See its log",
            metric=self._metric("Sweeps", "Sum"),
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            threshold=1,
            evaluation_periods=3,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )

    def _unrestored_targets(self) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "UnrestoredTargets",
            alarm_description="Snapback: targets that need a restore from outside are not back. "
            "The failed restore's cause tells what to do by hand",
            metric=self._metric("UnrestoredTargets", "Maximum"),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _undelivered_events(self, dead_letters: sqs.Queue) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "UndeliveredEvents",
            alarm_description="Snapback: EventBridge could not start a restore, a sweep or a "
            "game-day, or could not notify. The event is in the dead-letter queue",
            metric=dead_letters.metric_approximate_number_of_messages_visible(
                period=MINUTE, statistic="Maximum"
            ),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=Stack.of(self).stack_name,
            metric_name=name,
            dimensions_map={"service": "snapback"},
            statistic=statistic,
            period=MINUTE,
        )
