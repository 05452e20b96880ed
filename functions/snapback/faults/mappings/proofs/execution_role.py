"""May the function's role still read the source? Lambda asks the same before it makes a mapping."""

from collections.abc import Iterable, Mapping, Sequence

from snapback.faults.mappings.proofs.clusters import serverless
from snapback.faults.mappings.proofs.simulation import denied, named, simulate_each, uncertain
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.model.effects import Answer, Document, Step
from snapback.model.findings import NOTHING, Findings, merged, not_looked_at, warning
from snapback.workload.sources import kind_of

_NEEDED = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "kinesis": ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"),
    "dynamodb": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
    "msk": ("kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"),
    "mq": ("mq:DescribeBroker",),
}
"""The actions on a source that an execution role needs, by the Lambda developer guide."""

_EITHER = ("kafka:DescribeCluster", "kafka:DescribeClusterV2")
"""One of them is enough; a serverless cluster knows only the second."""


type Simulated = Mapping[tuple[str, str], Answer]
"""What a role may do on a source, by both."""


def look(subjects: Iterable[Subject]) -> Step[Simulated]:
    """Simulate what every role needs of all its sources, a few requests for each role."""
    asked: dict[tuple[str, Sequence[str]], list[str]] = {}
    for subject in subjects:
        if needed := _needed(subject):
            sources = asked.setdefault((subject.function["Role"], needed), [])
            sources += [subject.source_arn] if subject.source_arn not in sources else []
    found: dict[tuple[str, str], Answer] = {}
    for (role, needed), sources in asked.items():
        answers = yield from simulate_each(role, needed, sources)
        found |= {(role, source): answer for source, answer in answers.items()}
    return found


def prove(subject: Subject, simulated: Simulated) -> Step[Findings]:
    """A simulation of the role's policies allows what reading the source needs."""
    if not (needed := _needed(subject)):
        return NOTHING
    role, arn = str(subject.function["Role"]), subject.source_arn
    answer = simulated[role, arn]
    if answer.gone:
        return problem(
            subject.uuid, f"needs role {role}, which does not exist; make it again first"
        )
    whether = f"Whether role {role} may read {arn}"
    if not answer.done:
        return not_looked_at(whether, answer)
    only_second = set(_EITHER) <= set(needed) and (yield from serverless(arn))
    missing = _missing(list(denied(answer)), only_second=only_second)
    doubts = dict.fromkeys(uncertain(each, role, arn) for each in missing)
    found = [warning(f"{whether} could not be checked: {each}.") for each in doubts if each]
    refused = [named(each) for each in missing if not uncertain(each, role, arn)]
    return merged([*found, _refused(subject, refused)])


def _needed(subject: Subject) -> Sequence[str]:
    """The actions on its source that the role of a subject needs; none if nothing tells."""
    arn = subject.source_arn
    if not subject.function.get("Role") or ":vpc-connection/" in arn:
        return ()
    if "/consumer/" in arn:
        return ("kinesis:SubscribeToShard",)
    return _NEEDED.get(kind_of(subject.config), ())


def _missing(refused: Sequence[Document], *, only_second: bool) -> list[Document]:
    """The denials that matter: of two actions of which one is enough, the second or none."""
    names = {each["EvalActionName"] for each in refused}
    needless = _EITHER[:1] if only_second or names.issuperset(_EITHER) else _EITHER
    return [each for each in refused if each["EvalActionName"] not in needless]


def _refused(subject: Subject, refused: Sequence[str]) -> Findings:
    if not refused:
        return NOTHING
    role, arn = subject.function["Role"], subject.source_arn
    return problem(
        subject.uuid,
        f"could not be made again: role {role} may not {', '.join(refused)} on {arn}; allow it in a "
        "policy of the role itself, since a simulation does not see resource policies",
    )
