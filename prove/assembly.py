"""What CDK writes for a run, and what of it goes where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.asset import Target
from lab.deploy import synth, zipped
from lab.emulator import ROOT
from prove.account import Account

APP = ROOT / "prove" / "sample" / "app.py"


@dataclass(frozen=True)
class Assembly:
    """A cloud assembly on disk, for one account."""

    folder: Path
    account: Account

    def stack_name(self, artifact: str) -> str:
        """What a stack is called once it is deployed."""
        return str(self._properties(artifact)["stackName"])

    def tags(self, artifact: str) -> dict[str, str]:
        """The tags of a stack."""
        return dict(self._properties(artifact).get("tags", {}))

    def template(self, artifact: str) -> dict[str, Any]:
        """A stack's template."""
        found: dict[str, Any] = json.loads((self.folder / f"{artifact}.template.json").read_text())
        return found

    def template_url(self, artifact: str, region: str) -> str:
        """Where CloudFormation finds the template once its files are uploaded."""
        url = self._placed(self._properties(artifact)["stackTemplateAssetObjectUrl"], region)
        bucket, key = url.removeprefix("s3://").split("/", 1)
        if self.account.endpoint_url:
            return f"{self.account.endpoint_url}/{bucket}/{key}"
        return f"https://{bucket}.s3.{region}.amazonaws.com/{key}"

    def files(self, artifact: str, region: str) -> Iterator[tuple[str, str, bytes]]:
        """`(bucket, key, content)` of every file that a stack needs."""
        manifest = json.loads((self.folder / f"{artifact}.assets.json").read_text())
        for asset in manifest["files"].values():
            source = self.folder / asset["source"]["path"]
            zips = asset["source"]["packaging"] == "zip"
            body = zipped(source) if zips else source.read_bytes()
            for where in asset["destinations"].values():
                yield self._placed(where["bucketName"], region), where["objectKey"], body

    def _properties(self, artifact: str) -> Mapping[str, Any]:
        manifest = json.loads((self.folder / "manifest.json").read_text())
        found: Mapping[str, Any] = manifest["artifacts"][artifact]["properties"]
        return found

    def _placed(self, text: str, region: str) -> str:
        number = self.account.account_id
        return text.replace("${AWS::AccountId}", number).replace("${AWS::Region}", region)


def made(folder: Path, account: Account, context: Mapping[str, object]) -> Assembly:
    """Synthesize every stack of a run."""
    asset = Target.LAB if account.on_lab else Target.AWS
    return Assembly(synth(APP, folder, {"asset": str(asset), **context}), account)
