"""What the stacks of the workload have in common."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lab.sample.parts import function

DEAF = "def handler(event, context):\n    return {}\n"
FAILING = "def handler(event, context):\n    raise ValueError('it fails on purpose')\n"


def target(scope: Construct, name: str, source: str) -> lambda_.Function:
    """A function with a source text of its own that opts in to experiments."""
    return function(scope, name, "index.handler", lambda_.Code.from_inline(source))


def tell(stack: cdk.Stack, **outputs: str) -> None:
    """Outputs of a stack."""
    for name, value in outputs.items():
        cdk.CfnOutput(stack, name, value=value)
