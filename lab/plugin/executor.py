"""Runs functions as processes of this host, where the emulator would use containers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localemu import config
from localemu.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localemu.services.lambda_.invocation.layer_mounter import prepare_merged_opt
from localemu.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localemu.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from lab.plugin.sandbox import Sandbox

LOOPBACK = "127.0.0.1"


class HostProcessExecutor(RuntimeExecutor):  # type: ignore[misc]
    """One execution environment of one function version; a lost process is replaced at the next invocation."""

    def start(self, env_vars: Mapping[str, object]) -> None:
        """Start the process; like Lambda's, its initialisation is judged by the first invocation."""
        runtime = self.function_version.config.runtime or ""
        if not runtime.startswith("python"):
            raise NotImplementedError(f"the lab runs Python functions only, not {runtime!r}")
        self._given = dict(env_vars)
        self._sandbox = self._new_sandbox()

    def _new_sandbox(self) -> Sandbox:
        task_root = self.function_version.config.code.get_unzipped_code_location()
        return Sandbox(self._given, Path(task_root), prepare_merged_opt(self.function_version))

    def stop(self) -> None:
        """End the process."""
        if getattr(self, "_sandbox", None):
            self._sandbox.close()

    def invoke(
        self, payload: dict[str, str], function_timeout: int | None = None
    ) -> InvocationResult:
        """Run one invocation; blocks until it answered, failed or was killed."""
        if not self._sandbox.usable():
            self._sandbox.close()
            self._sandbox = self._new_sandbox()
        seconds = function_timeout or self.function_version.config.timeout
        request_id = payload["invoke-id"]
        result = self._sandbox.invoke(
            request_id,
            payload["invoked-function-arn"],
            payload["trace-id"],
            payload["payload"].encode(),
            seconds,
        )
        return InvocationResult(request_id, result.payload, result.is_error, result.log)

    def get_logs(self) -> str:
        """Nothing more than what each invocation returned."""
        return ""

    def get_address(self) -> str:
        """The emulator and its functions share this host."""
        return LOOPBACK

    def get_endpoint_from_executor(self) -> str:
        """The host in the function's AWS_ENDPOINT_URL."""
        return LOOPBACK

    def get_runtime_endpoint(self) -> str:
        """Unused by the runtime client, which has a Runtime API of its own."""
        return f"http://{LOOPBACK}:{config.GATEWAY_LISTEN[0].port}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code."""
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Nothing to do: the code goes with the run's temporary directory."""


class HostProcessPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]
    """Offers the executor to the emulator as `LAMBDA_RUNTIME_EXECUTOR=host-process`."""

    name = "host-process"

    def load(self, *_: Any, **__: Any) -> type[HostProcessExecutor]:
        """The executor class."""
        return HostProcessExecutor
