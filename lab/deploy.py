"""Deploys a cloud assembly (what `cdk synth` wrote) into a lab, through CloudFormation and S3."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lab.cloud import client
from lab.emulator import ROOT
from lab.session import Lab, LabError

BOOTSTRAP_VERSION = ("/cdk-bootstrap/hnb659fds/version", "30")
DEPLOY_SECONDS = 300
IN_PROGRESS = "_IN_PROGRESS"
DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")

type Outputs = dict[str, str]


def synth(app: Path, assembly: Path, context: Mapping[str, object] | None = None) -> Path:
    """Run a CDK app the way its CLI does, with the context of cdk.json, and return the assembly's directory."""
    config = ROOT / "cdk.json"
    own = json.loads(config.read_text()).get("context", {}) if config.exists() else {}
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(assembly),
        "CDK_CONTEXT_JSON": json.dumps({**own, **(context or {})}),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    }
    subprocess.run([sys.executable, str(app)], cwd=ROOT, env=environment, check=True)
    return assembly


def deploy(lab: Lab, assembly: Path, stacks: Iterable[str] | None = None) -> dict[str, Outputs]:
    """Deploy the named stacks (all by default) in the order of the manifest; returns the outputs of each."""
    manifest = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    found = {
        name: artifact
        for name, artifact in manifest.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    wanted = list(found) if stacks is None else list(stacks)
    if missing := set(wanted) - set(found):
        raise LabError(f"{assembly} has no stack {', '.join(sorted(missing))}")
    _bootstrap(lab)
    return {name: _deploy_stack(lab, assembly, name, found[name]["properties"]) for name in wanted}


def _bootstrap(lab: Lab) -> None:
    """What `cdk bootstrap` leaves that a deployment needs here: the version parameter."""
    name, version = BOOTSTRAP_VERSION
    client(lab, "ssm").put_parameter(Name=name, Value=version, Type="String", Overwrite=True)


def _deploy_stack(
    lab: Lab, assembly: Path, artifact: str, properties: Mapping[str, Any]
) -> Outputs:
    name = properties.get("stackName", artifact)
    _upload_assets(lab, assembly, properties["templateFile"].replace(".template.", ".assets."))
    cloudformation = client(lab, "cloudformation")
    call = (
        cloudformation.update_stack
        if _exists(cloudformation, name)
        else cloudformation.create_stack
    )
    try:
        call(
            StackName=name,
            TemplateURL=_placed(lab, properties["stackTemplateAssetObjectUrl"]).replace(
                "s3:/", lab.endpoint_url
            ),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Tags=[{"Key": k, "Value": v} for k, v in properties.get("tags", {}).items()],
        )
    except cloudformation.exceptions.ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
    stack = _wait(cloudformation, name)
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _upload_assets(lab: Lab, assembly: Path, file_name: str) -> None:
    s3 = client(lab, "s3")
    for asset in json.loads((assembly / file_name).read_text())["files"].values():
        source = assembly / asset["source"]["path"]
        body = zipped(source) if asset["source"]["packaging"] == "zip" else source.read_bytes()
        for destination in asset["destinations"].values():
            bucket = _placed(lab, destination["bucketName"])
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)


def _placed(lab: Lab, name: str) -> str:
    """A name of the assembly with the lab's account and region filled in."""
    return name.replace("${AWS::AccountId}", lab.account_id).replace("${AWS::Region}", lab.region)


def zipped(directory: Path) -> bytes:
    """A folder as a zip file, its files in one order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(directory))
    return buffer.getvalue()


def _exists(cloudformation: Any, name: str) -> bool:
    try:
        cloudformation.describe_stacks(StackName=name)
    except cloudformation.exceptions.ClientError:
        return False
    return True


def _wait(cloudformation: Any, name: str) -> dict[str, Any]:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"] in DONE:
            return stack
        if not stack["StackStatus"].endswith(IN_PROGRESS):
            raise LabError(
                f"stack {name}: {stack['StackStatus']}\n{_failures(cloudformation, name)}"
            )
        time.sleep(0.2)
    raise LabError(f"stack {name} was not deployed within {DEPLOY_SECONDS} s")


def _failures(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
    )
