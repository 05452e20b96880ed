"""The stack as the app writes it: without credentials, configuration, network or git."""

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT

NOWHERE = "http://127.0.0.1:9"


type Synth = Callable[[Path, Path, Mapping[str, Any]], Path]


def _environment(folder: Path) -> dict[str, str]:
    (folder / "node").symlink_to(str(shutil.which("node")))
    return {
        "PATH": str(folder),
        "HOME": str(Path.home()),
        "AWS_CONFIG_FILE": str(folder / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "no-credentials"),
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    }


def _template(folder: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads((folder / "Snapback.template.json").read_text())
    return template


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker of a run makes all templates, in one process."""
    for item in items:
        if "synth" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("synth"))


def told(folder: Path) -> list[str]:
    """What a synth into a folder told whoever runs it."""
    metadata = json.loads((folder / "Snapback.metadata.json").read_text())
    entries = [each for found in metadata.values() for each in found]
    return [each["data"] for each in entries if each["type"] == "aws:cdk:info"]


@pytest.fixture(scope="session")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synth]:
    """Run an app with a context into a folder; an AssertionError with its words if it refuses."""
    command = [sys.executable, str(ROOT / "tests" / "infra" / "synthesizer.py")]
    environment = _environment(tmp_path_factory.mktemp("synthesizer"))
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asking, answering = process.stdin, process.stdout
        assert asking is not None
        assert answering is not None

        def run(app: Path, folder: Path, context: Mapping[str, Any]) -> Path:
            asked = {"app": str(app), "folder": str(folder), "context": context}
            print(json.dumps(asked), file=asking, flush=True)  # it asks
            refused = json.loads(answering.readline())
            assert refused == "", refused
            return folder

        yield run
        asking.close()


@pytest.fixture
def synthesize(synth: Synth, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Make the template of a stack with context values; fails where cdk-nag finds anything."""
    return lambda **context: _template(synth(ROOT / "app.py", tmp_path, context))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, Any]:
    """The stack with default settings, made by the app itself once for all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "template.json"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            folder = tmp_path_factory.mktemp("cdk.out")
            given = {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": "{}"}
            run = subprocess.run(
                [sys.executable, ROOT / "app.py"],
                env=_environment(folder) | given,
                check=False,
                capture_output=True,
                text=True,
            )
            assert run.returncode == 0, run.stderr
            shared.write_text(json.dumps(_template(folder)))
    found: dict[str, Any] = json.loads(shared.read_text())
    return found


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Mapping[str, Any]:
    """Its resources by logical id."""
    found: Mapping[str, Any] = template["Resources"]
    return found
