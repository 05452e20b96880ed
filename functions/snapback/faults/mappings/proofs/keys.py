"""Is a key that something is encrypted with still in use?"""

from snapback.faults.mappings.proofs.findings import (
    NOTHING,
    Findings,
    Subject,
    not_looked_at,
    problem,
)
from snapback.model.effects import Call, Step


def prove(subject: Subject, encrypts: str, key: str) -> Step[Findings]:
    """The key exists and is enabled; `encrypts` says what it is to the mapping."""
    answer = yield from Call("kms", "DescribeKey", {"KeyId": key}, gone=("NotFoundException",))
    if answer.gone:
        gone = f"{encrypts} {key}, which does not exist; make it again first"
        return problem(subject.uuid, gone)
    if not answer.done:
        return not_looked_at(key, answer)
    state = answer.body["KeyMetadata"].get("KeyState", "Enabled")
    if state == "Enabled":
        return NOTHING
    return problem(subject.uuid, f"{encrypts} {key}, which is {state}; enable it first")


def prove_of_source(subject: Subject, key: str | None) -> Step[Findings]:
    """The key of a source: its ARN, its id, or its alias in the source's account and Region."""
    if not key:
        return NOTHING
    if not key.startswith("arn:"):
        place = subject.source_arn.split(":")
        name = key if key.startswith("alias/") else f"key/{key}"
        key = ":".join((*place[:2], "kms", *place[3:5], name))
    encrypts = f"reads {subject.source_arn}, encrypted with key"
    return (yield from prove(subject, encrypts, key))
