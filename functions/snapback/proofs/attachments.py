"""Are the things that a mapping names still there: its failure destination, secrets and key?"""

from collections.abc import Iterator

from snapback.effects import Answer, Call, Step
from snapback.proofs import queues
from snapback.proofs.findings import NOTHING, Findings, Subject, merged, not_looked_at, problem


def prove(subject: Subject) -> Step[Findings]:
    """The on-failure destination, every secret and the key of the filters can be described."""
    destination = yield from _destination(subject)
    found = [destination]
    for arn in _secrets(subject):
        found.append((yield from _secret(subject, arn)))  # noqa: PERF401  # it yields
    if key := subject.config.get("KMSKeyArn"):
        found.append((yield from _key(subject, key)))
    return merged(found)


def _destination(subject: Subject) -> Step[Findings]:
    failures = (subject.config.get("DestinationConfig") or {}).get("OnFailure") or {}
    arn = failures.get("Destination", "")
    match arn.split(":")[2:3]:
        case ["sqs"]:
            answer: Answer = yield from queues.attributes(arn)
        case ["sns"]:
            answer = yield Call("sns", "GetTopicAttributes", {"TopicArn": arn})
        case _:
            return NOTHING
    return _judged(subject, "sends failures to", arn, answer)


def _secrets(subject: Subject) -> Iterator[str]:
    for each in subject.config.get("SourceAccessConfigurations") or ():
        uri = each.get("URI", "")
        if uri.split(":")[2:3] == ["secretsmanager"]:
            yield uri


def _secret(subject: Subject, arn: str) -> Step[Findings]:
    answer: Answer = yield Call("secretsmanager", "DescribeSecret", {"SecretId": arn})
    if answer.done and answer.body.get("DeletedDate"):
        return problem(subject.uuid, f"uses secret {arn}, which is being deleted; restore it first")
    return _judged(subject, "uses secret", arn, answer)


def _key(subject: Subject, arn: str) -> Step[Findings]:
    answer: Answer = yield Call("kms", "DescribeKey", {"KeyId": arn})
    state = answer.body["KeyMetadata"].get("KeyState", "Enabled") if answer.done else "Enabled"
    if state != "Enabled":
        return problem(subject.uuid, f"encrypts with key {arn}, which is {state}; enable it first")
    return _judged(subject, "encrypts with key", arn, answer)


def _judged(subject: Subject, uses: str, arn: str, answer: Answer) -> Findings:
    if answer.gone:
        return problem(subject.uuid, f"{uses} {arn}, which does not exist; make it again first")
    return NOTHING if answer.done else not_looked_at(arn, answer)
