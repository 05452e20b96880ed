"""May the function's role still read the source? Lambda asks the same before it makes a mapping."""

from collections.abc import Sequence

from snapback.faults.mappings.mapping import source_of
from snapback.faults.mappings.proofs.findings import (
    NOTHING,
    Findings,
    Subject,
    merged,
    not_looked_at,
    problem,
    warning,
)
from snapback.faults.mappings.proofs.simulation import denied, named, simulate, uncertain
from snapback.model.effects import Step

_NEEDED = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "kinesis": ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"),
    "dynamodb": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
    "msk": ("kafka:DescribeCluster", "kafka:GetBootstrapBrokers"),
    "mq": ("mq:DescribeBroker",),
}
"""What the Lambda developer guide asks of an execution role, as far as it is on the source."""


def prove(subject: Subject) -> Step[Findings]:
    """A simulation of the role's policies allows what reading the source needs."""
    needed = _NEEDED.get(source_of(subject.config), ())
    arn = subject.source_arn
    if "/consumer/" in arn:
        needed = ("kinesis:SubscribeToShard",)
    role = subject.function.get("Role")
    if not role or not needed or ":vpc-connection/" in arn:
        return NOTHING
    answer = yield from simulate(role, needed, (arn,))
    if answer.gone:
        return problem(
            subject.uuid, f"needs role {role}, which does not exist; make it again first"
        )
    whether = f"Whether role {role} may read {arn}"
    if not answer.done:
        return not_looked_at(whether, answer)
    doubts = [uncertain(each) for each in denied(answer)]
    found = [warning(f"{whether} could not be checked: {each}.") for each in doubts if each]
    refused = [named(each) for each in denied(answer) if not uncertain(each)]
    return merged([*found, _refused(subject, refused)])


def _refused(subject: Subject, refused: Sequence[str]) -> Findings:
    if not refused:
        return NOTHING
    role, arn = subject.function["Role"], subject.source_arn
    return problem(
        subject.uuid,
        f"could not be made again: role {role} may not {', '.join(refused)} on {arn}; allow it in a "
        "policy of the role itself, since a simulation does not see resource policies",
    )
