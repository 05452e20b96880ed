"""Is what a mapping names still there: where failures go, its secrets, its key, its network?"""

from collections.abc import Iterator, Mapping

from snapback.faults.mappings.proofs import keys
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.model.effects import Answer, Call, Document, Step
from snapback.model.findings import NOTHING, Findings, merged, not_looked_at, warning
from snapback.workload import queues

_KAFKA = ("AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig")


def prove(subject: Subject) -> Step[Findings]:
    """The on-failure destination, every secret, subnet and security group, and the filters' key."""
    found = [(yield from _destination(subject)), *_registries(subject)]
    for access in _accesses(subject.config):
        found.append((yield from _access(subject, access)))  # noqa: PERF401  # it yields
    if key := subject.config.get("KMSKeyArn"):
        found.append((yield from keys.prove(subject, "encrypts with key", key)))
    return merged(found)


def _destination(subject: Subject) -> Step[Findings]:
    failures = (subject.config.get("DestinationConfig") or {}).get("OnFailure") or {}
    arn = failures.get("Destination", "")
    match arn.split(":")[2:3]:
        case ["sqs"]:
            answer = yield from queues.read(arn)
        case ["sns"]:
            answer = yield from Call(
                "sns",
                "GetTopicAttributes",
                {"TopicArn": arn},
                gone=("NotFound", "NotFoundException"),
            )
        case ["s3"]:
            bucket = arn.split(":")[5].split("/")[0]
            answer = yield from Call(
                "s3", "GetBucketLocation", {"Bucket": bucket}, gone=("NoSuchBucket",)
            )
        case _ if arn:
            return warning(f"Whether {arn} exists could not be checked: no call of AWS shows it.")
        case _:
            return NOTHING
    return _judged(subject, "sends failures to", arn, answer)


def _registries(subject: Subject) -> Iterator[Findings]:
    for name in _KAFKA:
        registry = (subject.config.get(name) or {}).get("SchemaRegistryConfig") or {}
        if uri := registry.get("SchemaRegistryURI"):
            yield warning(f"Whether schema registry {uri} can be reached was not checked.")


def _accesses(config: Document) -> Iterator[Mapping[str, str]]:
    """How the source and the registry of its schemas are accessed, one `{Type, URI}` each."""
    yield from config.get("SourceAccessConfigurations") or ()
    for name in _KAFKA:
        registry = (config.get(name) or {}).get("SchemaRegistryConfig") or {}
        yield from registry.get("AccessConfigs") or ()


def _access(subject: Subject, access: Mapping[str, str]) -> Step[Findings]:
    uri = access.get("URI", "")
    name = uri.rpartition(":")[2]
    if access.get("Type") == "VPC_SUBNET":
        answer = yield from Call(
            "ec2", "DescribeSubnets", {"SubnetIds": [name]}, gone=("InvalidSubnetID.NotFound",)
        )
        return _judged(subject, "reaches its brokers through subnet", name, answer)
    if access.get("Type") == "VPC_SECURITY_GROUP":
        answer = yield from Call(
            "ec2", "DescribeSecurityGroups", {"GroupIds": [name]}, gone=("InvalidGroup.NotFound",)
        )
        return _judged(subject, "reaches its brokers with security group", name, answer)
    if uri.split(":")[2:3] == ["secretsmanager"]:
        return (yield from _secret(subject, uri))
    return NOTHING


def _secret(subject: Subject, arn: str) -> Step[Findings]:
    answer = yield from Call(
        "secretsmanager", "DescribeSecret", {"SecretId": arn}, gone=("ResourceNotFoundException",)
    )
    if answer.done and answer.body.get("DeletedDate"):
        return problem(subject.uuid, f"uses secret {arn}, which is being deleted; restore it first")
    return _judged(subject, "uses secret", arn, answer)


def _judged(subject: Subject, uses: str, name: str, answer: Answer) -> Findings:
    if answer.gone:
        return problem(subject.uuid, f"{uses} {name}, which does not exist; make it again first")
    return NOTHING if answer.done else not_looked_at(name, answer)
