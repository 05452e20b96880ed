"""The state machines; the functions each names are the functions it may call."""

from collections.abc import Mapping

from aws_cdk import ArnFormat, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.definitions import load, module_of
from infra.handlers import LOGS_KEPT
from infra.roles import acknowledge_wildcards
from infra.settings import Settings


class StateMachine(Construct):
    """A standard workflow that logs and traces everything."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        functions: Mapping[str, lambda_.Function],
    ) -> None:
        """Create the machine of the definition `construct_id`, which may call what that names."""
        super().__init__(scope, construct_id)
        definition = load(module_of(construct_id), settings.all_timings)
        arns = {name: functions[name].function_arn for name in definition.functions}
        log_group = logs.LogGroup(
            self,
            "Log",
            log_group_name=_log_group_name(self),
            retention=LOGS_KEPT,
            removal_policy=settings.removal_policy,
        )
        self.machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_string(definition.text),
            definition_substitutions=arns,
            logs=sfn.LogOptions(
                destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=True
            ),
            tracing_enabled=True,
        )
        _allow_calls(self.machine, list(arns.values()))
        acknowledge_wildcards(
            self.machine,
            {"*": "Log delivery and X-Ray have no resource level in IAM."},
        )

    @property
    def executions(self) -> str:
        """The ARN pattern of its executions."""
        return Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self.machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )


def _log_group_name(machine: StateMachine) -> str:
    """A name of the one stack: the log outlives it, and the next stack of that name has another.

    Step Functions grants every delivery in one resource policy of CloudWatch Logs, which has little
    room, but no grant is needed for names that begin so.
    """
    stack = Stack.of(machine)
    of_this_one = Fn.select(0, Fn.split("-", Fn.select(2, Fn.split("/", stack.stack_id))))
    return f"/aws/vendedlogs/states/{stack.stack_name}-{machine.node.id}-{of_this_one}"


def _allow_calls(machine: sfn.StateMachine, arns: list[str]) -> None:
    # A Task whose Resource is an unqualified ARN calls exactly that ARN.
    machine.add_to_role_policy(
        iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=arns)
    )
