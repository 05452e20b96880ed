"""Runs a command for a limited time, and leaves none of its processes behind."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `code` is None if its time was over first."""

    code: int | None
    output: str
    seconds: float


async def run(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], limit: float | None
) -> Ended:
    """Run a command in a folder; it is killed with all it started when its time or ours is over."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    output, code = b"", None
    try:
        async with asyncio.timeout(limit):
            output, _ = await process.communicate()
            code = process.returncode
    except TimeoutError:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    return Ended(code, output.decode(errors="replace"), time.monotonic() - began)
