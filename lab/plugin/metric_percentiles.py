"""LocalEmu fails a whole GetMetricData request over one percentile: here it has no data instead."""

from __future__ import annotations

from typing import Any

from localemu.services.cloudwatch import cloudwatch_database_helper as metrics


def install() -> None:
    """Answer the statistics that the emulator can compute, and nothing for the others."""
    database = metrics.CloudwatchDatabase
    compute = database.get_metric_data_stat

    def known_only(
        self: Any, account_id: str, region: str, query: Any, *args: Any, **kw: Any
    ) -> Any:
        if query["MetricStat"]["Stat"] not in metrics.STAT_TO_SQLITE_AGGREGATION_FUNC:
            return {"timestamps": [], "values": []}
        return compute(self, account_id, region, query, *args, **kw)

    database.get_metric_data_stat = known_only
