"""What runs and the idle stack use of what has a price, in the units of `prove.prices`."""

from collections.abc import Mapping

from benchmarks.measures import Idle, Measured
from infra.handlers import MEMORY_MEGABYTES
from prove.prices import HOURS_A_MONTH, Usage

EVENT_BYTES = 400
"""What the log of a state machine holds of an event beside its data: an assumption."""
PLATFORM_BYTES = 900
"""What Lambda itself logs of an invocation in JSON, its start and its report: an assumption."""

SWEEPS_A_MONTH = HOURS_A_MONTH * 60
WEEKS_A_MONTH = HOURS_A_MONTH / (7 * 24)

_GIGABYTE = 10**9


def of_run(run: Measured) -> tuple[Usage, ...]:
    """What a run used; requests to the APIs that are not named here have no price."""
    logged = run.printed_bytes + PLATFORM_BYTES * run.invocations
    logged += run.history_bytes + EVENT_BYTES * run.history_events
    used = {
        "transition": run.transitions,
        "request": run.invocations,
        "gigabyte-second": gigabyte_seconds(run.lambda_milliseconds),
        "write unit": run.write_units + run.index_write_units,
        "read unit": run.read_units,
        "log gigabyte": logged / _GIGABYTE,
        "metric read": run.metrics_read,
        "trace": 1 if run.transitions else 0,
        "queue request": _of_service("sqs", run.requests),
        "notice": _of_service("sns", run.requests),
        "object": run.requests.get("s3 PutObject", 0),
    }
    return tuple(Usage(name, amount) for name, amount in used.items() if amount)


def of_idle_month(idle: Idle) -> tuple[Usage, ...]:
    """What the stack uses in a month without experiments: a sweep a minute, and what is paid by time."""
    logged = (idle.printed_bytes + PLATFORM_BYTES) * SWEEPS_A_MONTH / _GIGABYTE
    return (
        Usage("alarm", idle.alarms * HOURS_A_MONTH),
        Usage("dashboard", idle.dashboards * HOURS_A_MONTH),
        Usage("metric", idle.metrics * HOURS_A_MONTH),
        Usage("request", SWEEPS_A_MONTH),
        Usage("gigabyte-second", gigabyte_seconds(idle.milliseconds) * SWEEPS_A_MONTH),
        Usage("read unit", idle.read_units * SWEEPS_A_MONTH),
        Usage("log gigabyte", logged),
        Usage("log gigabyte kept", 12 * logged),
        Usage("trace", SWEEPS_A_MONTH),
    )


def gigabyte_seconds(milliseconds: float) -> float:
    """What Lambda charges for so many milliseconds of the stack's functions."""
    return milliseconds / 1000 * MEMORY_MEGABYTES / 1024


def _of_service(service: str, requests: Mapping[str, int]) -> int:
    return sum(count for name, count in requests.items() if name.startswith(f"{service} "))
