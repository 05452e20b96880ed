"""The processes of Snapback's handlers: which of them are at work now, and how to kill one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from lab.session import Lab

OWN = "POWERTOOLS_SERVICE_NAME", "snapback"


def at_work(lab: Lab) -> dict[int, str]:
    """The handlers of this lab that run an invocation now: `{process id: module}`."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        variables = _environment(process)
        scratch = variables.get("HOME", "")
        ours = variables.get(OWN[0]) == OWN[1] and scratch.startswith(lab.run_directory)
        if ours and _is_open(Path(scratch)):
            found[int(process.name)] = variables["_HANDLER"].removesuffix(".handler")
    return found


def kill(process_id: int) -> bool:
    """Kill -9; False if it had ended."""
    try:
        os.kill(process_id, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _environment(process: Path) -> dict[str, str]:
    try:
        text = (process / "environ").read_text(errors="replace")
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)


def _is_open(scratch: Path) -> bool:
    """Whether the log of an execution environment ends within an invocation."""
    try:
        log = (scratch / "log").read_text(errors="replace")
    except OSError:
        return False
    return log.count("START RequestId:") > log.count("END RequestId:")
