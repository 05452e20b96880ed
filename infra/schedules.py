"""Scheduled game-days: a rule starts the experiment of each plan that has a schedule."""

from collections.abc import Iterable

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.definitions import function_of
from infra.plans import Plan


class Schedules(Construct):
    """One rule a scheduled plan; a disabled plan keeps its rule, switched off."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        plans: Iterable[Plan],
        experiment: sfn.StateMachine,
        dead_letters: sqs.Queue,
    ) -> None:
        """Create the rules."""
        super().__init__(scope, construct_id)
        for plan in plans:
            if plan.schedule is None:
                continue
            events.Rule(
                self,
                function_of(plan.name.replace("-", "_")),
                description=f"Snapback: game-day {plan.name}",
                enabled=plan.enabled,
                schedule=events.Schedule.expression(plan.schedule),
                targets=[
                    targets.SfnStateMachine(
                        experiment,
                        dead_letter_queue=dead_letters,
                        input=events.RuleTargetInput.from_object(dict(plan.experiments[0])),
                    )
                ],
            )
