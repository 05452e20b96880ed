"""The stack: it only composes."""

from aws_cdk import Annotations, CfnOutput, Fn, Stack
from constructs import Construct

from infra.alarms import Alarms
from infra.dashboard import Dashboard
from infra.dead_letters import DeadLetters
from infra.handlers import (
    KNOW_THE_MACHINES,
    Handler,
    about_concurrency,
    asset_code,
    make_functions,
)
from infra.kill_switch import KillSwitch
from infra.notifications import Notifications
from infra.plans import load_all
from infra.removal_guard import RemovalGuard
from infra.reports import Reports
from infra.rescue import Rescue
from infra.schedules import Schedules
from infra.settings import Settings
from infra.state_machines import StateMachine
from infra.sweeper import SweeperClock, sweeping
from infra.table import Table
from infra.topic import Topic
from infra.wiring import Wiring


class SnapbackStack(Stack):
    """Everything Snapback is in one account and Region."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        """Compose the stores, the functions, the machines, and what starts and watches them."""
        super().__init__(
            scope,
            construct_id,
            stack_name=settings.stack_name,
            description="Chaos game-days for AWS Lambda",
        )
        Annotations.of(self).add_info_v2("Snapback:concurrency", about_concurrency(settings))
        timings, code = settings.all_timings, asset_code(settings)
        table, topic = Table(self, "Table", settings), Topic(self, "Topic")
        reports, kill_switch = Reports(self, "Reports", settings), KillSwitch(self, "KillSwitch")
        external_id = Fn.select(2, Fn.split("/", self.stack_id))
        wiring = (
            table.wiring
            | kill_switch.wiring
            | Wiring({}, {"EXTERNAL_ID": external_id})
            | reports.wiring
            | topic.wiring
        )

        functions = make_functions(self, settings=settings, code=code, wiring=wiring)
        experiments = StateMachine(self, "Experiment", settings=settings, functions=functions)
        restores = StateMachine(self, "Restore", settings=settings, functions=functions)
        experiment, restore = experiments.machine, restores.machine
        abandon = StateMachine(self, "Abandon", settings=settings, functions=functions).machine
        wiring |= sweeping(experiments, restores)
        wiring |= Wiring({}, {"ABANDON_STATE_MACHINE_ARN": abandon.state_machine_arn})
        sweep, notify = (
            Handler(self, name, settings=settings, code=code, wiring=wiring).function
            for name in KNOW_THE_MACHINES
        )

        dead_letters = DeadLetters(self, "DeadLetters").queue
        SweeperClock(self, "SweeperClock", sweep=sweep, dead_letters=dead_letters)
        Rescue(self, "Rescue", experiment=experiment, restore=restore, dead_letters=dead_letters)
        Schedules(
            self,
            "Schedules",
            plans=load_all(),
            experiment=experiment,
            dead_letters=dead_letters,
        )
        Notifications(
            self,
            "Notifications",
            experiment=experiment,
            restore=restore,
            notify=notify,
            abandon=abandon,
            dead_letters=dead_letters,
        )
        Alarms(self, "Alarms", notify=notify, dead_letters=dead_letters, topic=topic.topic)
        Dashboard(self, "Dashboard")
        RemovalGuard(
            self,
            "RemovalGuard",
            guard=functions["Guard"],
            table=table.table,
            seconds=timings.guard_function_seconds,
        )
        self._tell(
            ExperimentStateMachineArn=experiment.state_machine_arn,
            RestoreStateMachineArn=restore.state_machine_arn,
            AbandonStateMachineArn=abandon.state_machine_arn,
            TableName=table.table.table_name,
            SweeperFunctionName=sweep.function_name,
            KillSwitchParameterName=kill_switch.parameter.parameter_name,
            ExternalId=external_id,
            NotificationTopicArn=topic.topic.topic_arn,
            ReportsBucketName=reports.bucket.bucket_name,
        )

    def _tell(self, **outputs: str) -> None:
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
