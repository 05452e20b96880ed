"""Start LocalEmu on loopback only, and end it with whoever started it.

LocalEmu listens on every interface whatever GATEWAY_LISTEN says, and imports `warnings.deprecated`, which Python has
from 3.13 on.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from typing import Any

import typing_extensions
from twisted.internet import endpoints

_Server = endpoints.TCP4ServerEndpoint


class LoopbackServer(_Server):  # type: ignore[misc]
    """A TCP server endpoint that cannot listen anywhere else."""

    def __init__(self, reactor: Any, port: int, backlog: int = 50, interface: str = "") -> None:
        super().__init__(reactor, port, backlog, interface="127.0.0.1")


def end_with_supervisor() -> None:
    """Kill this process group when standard input closes: the supervisor is gone."""
    os.read(sys.stdin.fileno(), 1)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Run the emulator until it is told to stop."""
    endpoints.TCP4ServerEndpoint = LoopbackServer
    warnings.deprecated = typing_extensions.deprecated
    threading.Thread(target=end_with_supervisor, daemon=True).start()
    from localemu.runtime.main import main as run

    run()


if __name__ == "__main__":
    main()
