"""The stack: it only composes."""

from aws_cdk import ArnFormat, CfnOutput, Fn, Stack
from constructs import Construct

from infra.alarms import Alarms
from infra.dashboard import Dashboard
from infra.dead_letters import DeadLetters
from infra.definitions import function_of, load
from infra.handlers import Handler, asset_code
from infra.kill_switch import KillSwitch
from infra.notifications import Notifications
from infra.permissions import HANDLERS
from infra.plans import load_all
from infra.removal_guard import RemovalGuard
from infra.reports import Reports
from infra.rescue import Rescue
from infra.schedules import Schedules
from infra.settings import Settings
from infra.state_machines import StateMachine
from infra.sweeper import SweeperClock
from infra.table import OPEN_INDEX, Table, all_versions
from infra.topic import Topic


class SnapbackStack(Stack):
    """Everything Snapback is in one account and Region."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        """Compose the table, the functions, the machines and what watches them."""
        super().__init__(scope, construct_id, description="Chaos game-days for AWS Lambda")
        table = Table(self, "Table").table
        topic = Topic(self, "Topic")
        reports = Reports(self, "Reports").bucket
        code = asset_code(settings)
        kill_switch = KillSwitch(self, "KillSwitch").parameter
        resources = {
            "kill switch": (kill_switch.parameter_arn,),
            "table": (table.table_arn,),
            "tables": (all_versions(table),),
            "reports": (reports.arn_for_objects("*"),),
            "notifications": (topic.topic.topic_arn,),
            "notifications key": (topic.key.key_arn,),
            "index": (f"{table.table_arn}/index/{OPEN_INDEX}",),
        }
        external_id = Fn.select(2, Fn.split("/", self.stack_id))
        environment = {
            "TABLE_NAME": table.table_name,
            "KILL_SWITCH_PARAMETER": kill_switch.parameter_name,
            "EXTERNAL_ID": external_id,
            "REPORTS_BUCKET": reports.bucket_name,
            "REPORT_TOPIC_ARN": topic.topic.topic_arn,
        }
        handlers = {
            name: Handler(
                self,
                name,
                settings=settings,
                code=code,
                resources=resources,
                environment=environment,
            )
            for name in map(function_of, HANDLERS)
            if name != "Sweep"
        }
        functions = {name: each.function for name, each in handlers.items()}
        functions["ValidateExperiment"].add_environment(
            "RESTORE_ROLE_ARN", handlers["RestoreTargets"].role_arn
        )
        experiment, restore = (
            StateMachine(
                self,
                name.capitalize(),
                definition=load(name, settings.all_timings),
                functions=functions,
            ).machine
            for name in ("experiment", "restore")
        )
        executions = tuple(
            self.format_arn(
                service="states",
                resource="execution",
                resource_name=f"{machine.state_machine_name}:*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
            for machine in (experiment, restore)
        )
        sweep = Handler(
            self,
            "Sweep",
            settings=settings,
            code=code,
            resources={
                **resources,
                "executions": executions,
                "restore machine": (restore.state_machine_arn,),
            },
            environment={**environment, "RESTORE_STATE_MACHINE_ARN": restore.state_machine_arn},
        ).function
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
            dead_letters=dead_letters,
            topic=topic.topic,
        )
        Alarms(self, "Alarms", dead_letters=dead_letters, topic=topic.topic)
        Dashboard(self, "Dashboard")
        RemovalGuard(
            self,
            "RemovalGuard",
            guard=functions["Guard"],
            table=table,
            seconds=settings.all_timings.guard_function_seconds,
        )
        outputs = {
            "ExperimentStateMachineArn": experiment.state_machine_arn,
            "RestoreStateMachineArn": restore.state_machine_arn,
            "TableName": table.table_name,
            "SweeperFunctionName": sweep.function_name,
            "KillSwitchParameterName": kill_switch.parameter_name,
            "ExternalId": external_id,
            "NotificationTopicArn": topic.topic.topic_arn,
            "ReportsBucketName": reports.bucket_name,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
