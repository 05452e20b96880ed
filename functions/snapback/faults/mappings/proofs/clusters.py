"""Is the cluster or broker that a mapping reads there, and does it take a new reader?"""

from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.model.effects import Call, Document, Step
from snapback.model.findings import NOTHING, Findings, not_looked_at

_NOT_FOUND = ("NotFoundException",)

_CLOSED = {
    "msk": {
        "DELETING", "FAILED", "REJECTED", "REJECTING", "INACTIVE", "DEACTIVATING", "CREATING",
    },
    "mq": {"DELETION_IN_PROGRESS", "CREATION_FAILED", "CREATION_IN_PROGRESS"},
    "documentdb": {"deleting", "stopping", "stopped", "creating"},
}  # fmt: skip
"""The states in which a source takes no new reader."""


def prove(subject: Subject, kind: str) -> Step[Findings]:
    """An MSK, Amazon MQ or DocumentDB source exists and can be read; of others nothing is asked."""
    arn = subject.source_arn
    if kind not in _CLOSED:
        return NOTHING
    answer = yield from _describe(arn, kind)
    if answer.gone:
        return problem(subject.uuid, f"reads {arn}, which does not exist; leave the mapping out")
    if not answer.done:
        return not_looked_at(f"Source {arn}", answer)
    state = _state(answer.body)
    if state not in _CLOSED[kind]:
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


def serverless(arn: str) -> Step[bool]:
    """Whether an MSK cluster is known to be serverless."""
    answer = yield from _describe(arn, "msk")
    return answer.done and answer.body["ClusterInfo"].get("ClusterType") == "SERVERLESS"


def _state(body: Document) -> str:
    """The state, wherever the service shows it; empty where it does not."""
    for cluster in body.get("DBClusters", ()):
        return str(cluster.get("Status", ""))
    shown = body.get("ClusterInfo", body)
    return str(shown.get("BrokerState") or shown.get("State") or "")
