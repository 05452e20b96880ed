"""The stack as the app writes it: without credentials, configuration, network or git."""

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT

NOWHERE = "http://127.0.0.1:9"


def _synthesize(folder: Path, context: Mapping[str, Any]) -> dict[str, Any]:
    """The template; an AssertionError with the app's words where it refuses."""
    (folder / "node").symlink_to(str(shutil.which("node")))
    run = subprocess.run(
        [sys.executable, ROOT / "app.py"],
        env={
            "PATH": str(folder),
            "HOME": str(Path.home()),
            "AWS_CONFIG_FILE": str(folder / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "no-credentials"),
            "HTTP_PROXY": NOWHERE,
            "HTTPS_PROXY": NOWHERE,
            "CDK_OUTDIR": str(folder),
            "CDK_CONTEXT_JSON": json.dumps(context),
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    template: dict[str, Any] = json.loads((folder / "Snapback.template.json").read_text())
    return template


def told(folder: Path) -> list[str]:
    """What a synth into a folder told whoever runs it."""
    metadata = json.loads((folder / "Snapback.metadata.json").read_text())
    entries = [each for found in metadata.values() for each in found]
    return [each["data"] for each in entries if each["type"] == "aws:cdk:info"]


@pytest.fixture
def synthesize(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Make the template of a stack with context values; fails where cdk-nag finds anything."""
    return lambda **context: _synthesize(tmp_path, context)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, Any]:
    """The stack with default settings, made once for all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "template.json"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            made = _synthesize(tmp_path_factory.mktemp("cdk.out"), {})
            shared.write_text(json.dumps(made))
    found: dict[str, Any] = json.loads(shared.read_text())
    return found


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Mapping[str, Any]:
    """Its resources by logical id."""
    found: Mapping[str, Any] = template["Resources"]
    return found
