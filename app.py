"""The CDK app: one stack, synthesized without network, credentials or git.

With the context `target_of=ACCOUNT_ID` it is the role that the Snapback of that account assumes.
"""

import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.refusal import Refusal
from infra.settings import from_context
from infra.stack import SnapbackStack
from infra.target_stack import TargetStack

app = App()
try:
    settings = from_context(app.node)
    if home := app.node.try_get_context("target_of"):
        TargetStack(app, "SnapbackTarget", settings, str(home))
    else:
        SnapbackStack(app, "Snapback", settings)
except Refusal as refusal:
    sys.exit(str(refusal))
Validations.of(app).add_plugins(AwsSolutionsChecks(app))
app.synth()
