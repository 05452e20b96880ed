"""May the role that makes a deleted mapping again do so?

A disabled mapping needs no such proof: the call that enables it is the one that disabled it. Lambda
asks the caller for permissions on the mapping and on the key of its filter criteria. Sources,
secrets and networks are the concern of the function's own role.
"""

from collections.abc import Iterator

from snapback.faults.mappings.mapping import own_tags
from snapback.faults.mappings.proofs.simulation import (
    EVERYTHING,
    denied,
    named,
    simulate,
    uncertain,
)
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.model.effects import Call, Document, Step
from snapback.model.findings import Findings, merged, not_looked_at, warning

_ANYWHERE = ("lambda:CreateEventSourceMapping", "lambda:ListEventSourceMappings")
"""Actions for which IAM knows no resource."""

_CONNECTIONS = "kafka:ListVpcConnections"
"""Lambda asks it of whoever makes a mapping of another account's MSK cluster, on no resource."""

_TAGS = "lambda:TagResource"
_ON_MAPPING = ("lambda:GetEventSourceMapping", "lambda:ListTags", _TAGS)
_ON_KEY = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey")
_NEW = "00000000-0000-4000-8000-000000000000"
"""Stands for the UUID that the new mapping will have."""


def prove(subject: Subject) -> Step[Findings]:
    """A simulation of the restoring role's policies allows all that making the mapping needs."""
    role = subject.restoring_role
    whether = f"Whether role {role} may make the mappings of {subject.function_arn} again"
    if not role:
        return warning("Which role makes mappings again is not known: its policies were not seen.")
    found: list[Findings] = []
    for actions, resources in _needed(subject.config):
        context = _context(subject, encrypted=actions == _ON_KEY)
        answer = yield from simulate(role, actions, resources, context)
        if answer.gone:
            return problem(
                subject.uuid,
                f"would be made again by role {role}, which does not exist; make it again first",
            )
        if not answer.done:
            return not_looked_at(whether, answer)
        refused = list(denied(answer))
        if not (yield from _needs_tagging(subject, refused)):
            refused = [each for each in refused if each["EvalActionName"] != _TAGS]
        found += [_judged(subject, each, resources, whether) for each in refused]
    return merged(found)


def _needed(config: Document) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    mappings = config["FunctionArn"].split(":function:")[0] + ":event-source-mapping:"
    connected = ":vpc-connection/" in config.get("EventSourceArn", "")
    yield (*_ANYWHERE, _CONNECTIONS) if connected else _ANYWHERE, EVERYTHING
    yield _ON_MAPPING, (mappings + _NEW,)
    if key := config.get("KMSKeyArn"):
        yield _ON_KEY, (key,)


def _context(subject: Subject, *, encrypted: bool) -> dict[str, str]:
    """What IAM sees of the calls, and of what Lambda asks the key for them."""
    region = subject.function_arn.split(":")[3]
    known = {
        "lambda:FunctionArn": subject.function_arn,
        "kms:ViaService": f"lambda.{region}.amazonaws.com",
        "aws:RequestedRegion": region,
    }
    if encrypted:
        known["kms:EncryptionContext:aws:lambda:FunctionArn"] = subject.function_arn
        known["kms:EncryptionContext:aws:lambda:EventSourceArn"] = subject.source_arn
    return {name: value for name, value in known.items() if value}


def _needs_tagging(subject: Subject, refused: list[Document]) -> Step[bool]:
    """Whether the mapping has tags of its own; asked only where it matters."""
    if _TAGS not in [each["EvalActionName"] for each in refused]:
        return True
    arn = subject.config["EventSourceMappingArn"]
    answer = yield from Call("lambda", "ListTags", {"Resource": arn})
    return not answer.done or bool(own_tags(answer.body.get("Tags", {})))


def _judged(
    subject: Subject, result: Document, resources: tuple[str, ...], whether: str
) -> Findings:
    if doubt := uncertain(result, subject.restoring_role, resources[0]):
        return warning(f"{whether} could not be checked: {doubt}.")
    on = "" if resources == EVERYTHING else f" on {resources[0].replace(_NEW, '*')}"
    return problem(
        subject.uuid,
        f"could not be made again: role {subject.restoring_role}, which does that, may not "
        f"{named(result)}{on} for {subject.function_arn}; allow what docs/permissions.md lists for "
        "RestoreTargets, in a policy of the role itself",
    )
