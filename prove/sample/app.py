"""The CDK app of the kit: Snapback, its workload, and a second Region's.

Files go to a bucket of the kit's own, so that the account need not be bootstrapped for the CDK.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import aws_cdk as cdk

from infra.settings import from_context
from infra.stack import SnapbackStack
from prove.names import OTHER, PRODUCT, TAG, WORKLOAD
from prove.sample.cluster import STACKS
from prove.sample.other import OtherStack
from prove.sample.workload import WorkloadStack

context = json.loads(os.environ["CDK_CONTEXT_JSON"])
name = str(context["stack_name"])
app = cdk.App(
    default_stack_synthesizer=cdk.DefaultStackSynthesizer(
        file_assets_bucket_name=f"{name.lower()}-${{AWS::AccountId}}-${{AWS::Region}}",
        generate_bootstrap_version_rule=False,
    )
)
SnapbackStack(app, PRODUCT, from_context(app.node))
WorkloadStack(app, WORKLOAD, stack_name=f"{name}-{WORKLOAD}", crowd=int(context["crowd"]))
OtherStack(app, OTHER, stack_name=f"{name}-{OTHER}")
for source in context["sources"]:
    STACKS[source](app, source, stack_name=f"{name}-{source}")
cdk.Tags.of(app).add(TAG, name)
app.synth()
