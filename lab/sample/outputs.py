"""Where the deployed sample workload is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """Names of the sample's resources, and the mappings of the queue, the stream and the table in this order."""

    function_name: str
    queue_url: str
    stream_name: str
    table_name: str
    handled_table_name: str
    event_uuids: list[str]

    @classmethod
    def of_outputs(cls, outputs: Mapping[str, str], event_uuids: list[str]) -> Sample:
        """Read the outputs of the stack `SnapbackSample`, whose mappings are made beside it."""
        return cls(
            function_name=outputs["FunctionName"],
            queue_url=outputs["QueueUrl"],
            stream_name=outputs["StreamName"],
            table_name=outputs["SourceTableName"],
            handled_table_name=outputs["HandledTableName"],
            event_uuids=event_uuids,
        )
