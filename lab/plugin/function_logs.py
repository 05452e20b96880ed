"""LocalEmu writes the log of every function to /aws/lambda/NAME, though it has a log group of its own."""

from __future__ import annotations

from typing import Any

from localemu.services.lambda_.invocation.execution_environment import ExecutionEnvironment


def install() -> None:
    """Write it where the function's configuration says."""
    ExecutionEnvironment.get_log_group_name = log_group


def log_group(self: Any) -> str:
    """The name in the function's LoggingConfig."""
    return str(self.function_version.config.logging_config["LogGroup"])
