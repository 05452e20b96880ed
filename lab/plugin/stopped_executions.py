"""LocalEmu stumbles over a stop in the middle of a Map or a task and ends the execution as FAILED.

AWS ends it as ABORTED.
"""

from __future__ import annotations

from typing import Any


def install() -> None:
    """Let no error that follows a stop take its place."""
    from localemu.services.stepfunctions.asl.eval.environment import Environment
    from localemu.services.stepfunctions.asl.eval.program_state import ProgramStopped

    set_error = Environment.set_error

    def set_error_unless_stopped(self: Any, error: Any) -> None:
        if not isinstance(self.program_state(), ProgramStopped):
            set_error(self, error)

    Environment.set_error = set_error_unless_stopped
