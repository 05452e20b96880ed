"""How the emulator is started: its interpreter, its settings, its entry points."""

from __future__ import annotations

import os
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from lab.door import ACCESS_KEY_ID, HEALTH, SECRET_ACCESS_KEY, Key

ROOT = Path(__file__).resolve().parent.parent
ENTRY_POINTS = """\
[localemu.lambda.runtime_executor]
host-process = lab.plugin.entry:HostProcessPlugin
[localemu.hooks.on_infra_start]
snapback-lab = lab.plugin.entry:install_fixes
[localemu.cloudformation.resource_providers]
AWS::CloudFormation::CustomResource = lab.plugin.custom_resources:CustomResourcePlugin
"""
SETTINGS = {
    "LAMBDA_RUNTIME_EXECUTOR": "host-process",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "1",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_ERROR_SEC": "5",
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.25",
    "DNS_ADDRESS": "0",
    "OVERRIDE_IN_DOCKER": "0",
    "SQS_ENDPOINT_STRATEGY": "path",
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    "DISABLE_EVENTS": "1",
    "PYTHONUNBUFFERED": "1",
}


def interpreter() -> Path:
    """The Python of the lab's own environment (.venv-lab, or the one named by SNAPBACK_LAB_PYTHON)."""
    return Path(os.environ.get("SNAPBACK_LAB_PYTHON") or ROOT / ".venv-lab" / "bin" / "python")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(run_directory: Path, port: int, key: Key, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the emulator in a process group of its own, with every file under the run directory."""
    _write_distribution(run_directory / "site")
    return subprocess.Popen(
        [str(interpreter()), "-m", "lab.plugin.launch"],
        env=_environment(run_directory, port, key),
        cwd=run_directory,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def is_ready(endpoint_url: str) -> bool:
    """Whether the emulator answers."""
    try:
        with urllib.request.urlopen(endpoint_url + HEALTH, timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _write_distribution(site: Path) -> None:
    """Metadata that makes the plugin an installed distribution for whoever has `site` on its path."""
    metadata = site / "snapback_lab-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: snapback-lab\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)


def _environment(run_directory: Path, port: int, key: Key) -> dict[str, str]:
    home, scratch = run_directory / "home", run_directory / "tmp"
    home.mkdir()
    scratch.mkdir()
    return {
        **SETTINGS,
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "FILESYSTEM_ROOT": str(run_directory / "state"),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALEMU_HOST": f"127.0.0.1:{port}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(run_directory / "site")]),
        ACCESS_KEY_ID: key.access_key_id,
        SECRET_ACCESS_KEY: key.secret_access_key,
        "SNAPBACK_LAB_ACTIVITY": str(activity_file(run_directory)),
    }


def activity_file(run_directory: Path) -> Path:
    """The file whose modification time is the last call from outside."""
    return run_directory / "activity"
