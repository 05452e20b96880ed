"""The CDK app of the sample workload."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import aws_cdk as cdk

from lab.sample.stack import SampleStack

app = cdk.App()
SampleStack(app, "SnapbackSample")
app.synth()
