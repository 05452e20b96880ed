"""The internals of LocalEmu that the lab's plugin builds on are the ones it was written for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from lab import emulator

HERE = Path(__file__).parent


def test_localemus_internals_have_not_moved(tmp_path: Path) -> None:
    """When this fails, read each changed internal again, adapt lab/plugin, and write fingerprint.json anew."""
    found = subprocess.run(
        [emulator.interpreter(), HERE / "fingerprint.py"],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert json.loads(found) == json.loads((HERE / "fingerprint.json").read_text())
