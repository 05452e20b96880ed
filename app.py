"""The CDK app: one stack, synthesized without network, credentials or git."""

import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.refusal import Refusal
from infra.settings import from_context
from infra.stack import SnapbackStack

app = App()
try:
    SnapbackStack(app, "Snapback", from_context(app.node))
except Refusal as refusal:
    sys.exit(str(refusal))
Validations.of(app).add_plugins(AwsSolutionsChecks(app))
app.synth()
