"""The kill switch: one parameter that stops every experiment and refuses new ones."""

from aws_cdk import Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.wiring import Wiring


class KillSwitch(Construct):
    """Deployed as `off`; set to `on` by a person, it stays so when the stack is deployed again."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the parameter."""
        super().__init__(scope, construct_id)
        self.parameter = ssm.StringParameter(
            self,
            "Parameter",
            parameter_name=f"/{Stack.of(self).stack_name}/kill-switch",
            description="Snapback: set to `on` to restore every experiment and refuse new ones",
            string_value="off",
            allowed_pattern="on|off",
        )
        self.wiring = Wiring(
            {"kill switch": (self.parameter.parameter_arn,)},
            {"KILL_SWITCH_PARAMETER": self.parameter.parameter_name},
        )
