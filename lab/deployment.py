"""Snapback and the sample workload in a lab: deployed together, and written down in out/lab.json."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.deploy import deploy, synth
from lab.emulator import ROOT
from lab.sample import mappings
from lab.sample.outputs import Sample
from lab.session import Lab

SAMPLE_APP = ROOT / "lab" / "sample" / "app.py"


@dataclass(frozen=True)
class Deployment:
    """Where everything is."""

    experiment_state_machine_arn: str
    restore_state_machine_arn: str
    abandon_state_machine_arn: str
    table_name: str
    sweeper_function_name: str
    sample: Sample

    @classmethod
    def of_outputs(cls, outputs: Mapping[str, Mapping[str, str]], sample: Sample) -> Deployment:
        """Read the outputs of the stack `Snapback`."""
        product = outputs["Snapback"]
        return cls(
            experiment_state_machine_arn=product["ExperimentStateMachineArn"],
            restore_state_machine_arn=product["RestoreStateMachineArn"],
            abandon_state_machine_arn=product["AbandonStateMachineArn"],
            table_name=product["TableName"],
            sweeper_function_name=product["SweeperFunctionName"],
            sample=sample,
        )


def deploy_all(
    lab: Lab, assembly: Path, *, say: Callable[[str], object] = lambda _: None
) -> Deployment:
    """Deploy what `cdk synth` wrote for Snapback, and the sample workload, which is synthesized meanwhile."""
    with (
        tempfile.TemporaryDirectory(prefix="snapback-assembly-") as scratch,
        ThreadPoolExecutor(1) as side,
    ):
        sample = side.submit(synth, SAMPLE_APP, Path(scratch))
        say("deploying Snapback ...")
        outputs = deploy(lab, assembly, ["Snapback"])
        say("deploying the sample workload ...")
        workload = deploy(lab, sample.result())["SnapbackSample"]
    uuids = mappings.create(lab, workload)
    return Deployment.of_outputs(outputs, Sample.of_outputs(workload, uuids))


def write_record(lab: Lab, deployment: Deployment, path: Path) -> None:
    """Write where the lab is, its key and what is in it, for tools and people of this user alone."""
    where = {
        "endpoint_url": lab.endpoint_url,
        "region": lab.region,
        "account_id": lab.account_id,
        "access_key_id": lab.access_key_id,
        "secret_access_key": lab.secret_access_key,
        "environment": lab.environment(),
    }
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({**where, **asdict(deployment)}, indent=2) + "\n")
