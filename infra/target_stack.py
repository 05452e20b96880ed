"""The small stack of a target account: the role that Snapback's functions assume there."""

import re

from aws_cdk import CfnOutput, CfnParameter, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.permissions import at_targets
from infra.refusal import Refusal
from infra.roles import role_of
from infra.settings import Settings


class TargetStack(Stack):
    """Trusts the functions of one account's Snapback, and only with its external id."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings, home: str) -> None:
        """Create the role for the Snapback of account `home`; Refusal if that is no account."""
        if not re.fullmatch(r"\d{12}", home):
            raise Refusal(f"context target_of={home!r} cannot be used: give an account's 12 digits")
        super().__init__(
            scope,
            construct_id,
            stack_name=settings.target_role_name,
            description="The role that Snapback assumes here",
        )
        external_id = CfnParameter(
            self,
            "ExternalId",
            description=f"The output ExternalId of the stack {settings.stack_name}",
            min_length=2,
            max_length=1224,
            allowed_pattern=r"[\w+=,.@:/-]+",
        )
        functions = f"arn:{self.partition}:iam::{home}:role/{settings.stack_name}-*"
        principal = iam.PrincipalWithConditions(
            iam.AccountPrincipal(home),
            {
                "StringEquals": {"sts:ExternalId": external_id.value_as_string},
                "ArnLike": {"aws:PrincipalArn": functions},
            },
        )
        statements = tuple(at_targets(settings.faults))
        role = role_of(self, statements, principal, {}, settings, settings.target_role_name)
        CfnOutput(self, "AssumeRoleArn", value=role.role_arn)
