"""What the emulator loads: the executor, and a hook that installs every fix before the first request."""

import os
import traceback

from localemu.runtime import hooks

from lab.plugin.executor import HostProcessPlugin

__all__ = ["HostProcessPlugin", "install_fixes"]


@hooks.on_infra_start(name="snapback-lab")  # type: ignore[misc]
def install_fixes() -> None:
    """Install the fixes; one that no longer fits ends the emulator, which would only log it."""
    try:
        _install_all()
    except Exception:  # noqa: BLE001
        traceback.print_exc()
        os._exit(70)


def _install_all() -> None:
    from lab.plugin import (
        activity,
        control_plane_events,
        custom_resources,
        door,
        fifo_queues,
        function_logs,
        jsonata_expressions,
        mapping_life_cycle,
        metric_percentiles,
        object_files,
        rule_targets,
        schedules,
        shared_code,
        stopped_executions,
        stream_positions,
        table_writes,
        workflow_errors,
    )

    for fix in (
        door,
        jsonata_expressions,
        workflow_errors,
        stopped_executions,
        mapping_life_cycle,
        stream_positions,
        metric_percentiles,
        object_files,
        rule_targets,
        schedules,
        shared_code,
        function_logs,
        table_writes,
        activity,
        control_plane_events,
        custom_resources,
        fifo_queues,
    ):
        fix.install()
