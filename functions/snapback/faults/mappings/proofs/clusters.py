"""Are the cluster or the broker that a mapping reads still there, and not about to go?"""

from collections.abc import Mapping
from typing import Any

from snapback.faults.mappings.proofs.findings import (
    NOTHING,
    Findings,
    Subject,
    not_looked_at,
    problem,
)
from snapback.model.effects import Call, Step

_NOT_FOUND = ("NotFoundException",)

_GOING = {
    "msk": {
        "DELETING", "FAILED", "REJECTED", "REJECTING", "INACTIVE", "DEACTIVATING", "CREATING",
    },
    "mq": {"DELETION_IN_PROGRESS", "CREATION_FAILED", "CREATION_IN_PROGRESS"},
    "documentdb": {"deleting", "stopping", "stopped", "creating"},
}  # fmt: skip
"""In which states a source takes no new reader."""


def prove(subject: Subject, kind: str) -> Step[Findings]:
    """The MSK, Amazon MQ or DocumentDB source exists and can be read; others are not asked for."""
    arn = subject.source_arn
    if kind not in _GOING:
        return NOTHING
    answer = yield from _describe(arn, kind)
    if answer.gone:
        return problem(subject.uuid, f"reads {arn}, which does not exist; leave the mapping out")
    if not answer.done:
        return not_looked_at(f"Source {arn}", answer)
    state = _state(answer.body)
    if state not in _GOING[kind]:
        return NOTHING
    way_out = "wait until it can be read, or leave the mapping out"
    return problem(subject.uuid, f"reads {arn}, which is {state}; {way_out}")


def _describe(arn: str, kind: str) -> Call:
    last = arn.rsplit(":", 1)[1]
    if kind == "mq":
        return Call("mq", "DescribeBroker", {"BrokerId": last}, gone=_NOT_FOUND)
    if kind == "documentdb":
        return Call(
            "docdb",
            "DescribeDBClusters",
            {"DBClusterIdentifier": last},
            gone=("DBClusterNotFoundFault",),
        )
    if ":vpc-connection/" in arn:
        return Call("kafka", "DescribeVpcConnection", {"Arn": arn}, gone=_NOT_FOUND)
    return Call("kafka", "DescribeClusterV2", {"ClusterArn": arn}, gone=_NOT_FOUND)


def _state(body: Mapping[str, Any]) -> str:
    """The state, wherever the service says it; empty where it does not."""
    for cluster in body.get("DBClusters", ()):
        return str(cluster.get("Status", ""))
    said = body.get("ClusterInfo", body)
    return str(said.get("BrokerState") or said.get("State") or "")
