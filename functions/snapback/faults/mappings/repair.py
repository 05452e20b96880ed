"""How infrastructure as code finds a recreated mapping again: it has a new UUID and no owner."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from snapback.faults.mappings.captured import original
from snapback.faults.mappings.mapping import POSITION, STACK_TAG
from snapback.model.effects import Document
from snapback.model.records import Target

_LOGICAL_ID_TAG = "aws:cloudformation:logical-id"


def instructions(targets: Iterable[Target]) -> dict[str, Any]:
    """`{uuids, cloudformation, terraform}` for the mappings with a new UUID; {} if there is none.

    `uuids` maps old to new. `cloudformation` has, for each stack that owned one, its steps and the
    document for `--resources-to-import`. `terraform` has lines for every mapping, because Terraform
    leaves no mark on what it owns.
    """
    renewed = [each for each in targets if _first_uuid(each) != each.live_name]
    if not renewed:
        return {}
    return {
        "uuids": {_first_uuid(each): each.live_name for each in renewed},
        "cloudformation": [_stack(name, owned) for name, owned in _by_stack(renewed).items()],
        "terraform": [line for each in renewed for line in _terraform(each)],
    }


def _first_uuid(target: Target) -> str:
    return str(original(target).config.get("UUID", target.name))


def _by_stack(targets: Iterable[Target]) -> dict[str, list[Target]]:
    stacks: dict[str, list[Target]] = {}
    for target in targets:
        if name := original(target).tags.get(STACK_TAG):
            stacks.setdefault(name, []).append(target)
    return stacks


def _stack(name: str, owned: Sequence[Target]) -> dict[str, Any]:
    ids = [original(each).tags.get(_LOGICAL_ID_TAG, "LOGICAL_ID") for each in owned]
    document = [
        {
            "ResourceType": "AWS::Lambda::EventSourceMapping",
            "LogicalResourceId": logical_id,
            "ResourceIdentifier": {"Id": target.live_name},
        }
        for logical_id, target in zip(ids, owned, strict=True)
    ]
    return {"stack": name, "steps": _steps(name, ids, document), "resources_to_import": document}


def _steps(stack: str, ids: Sequence[str], document: Sequence[Document]) -> list[str]:
    names = ", ".join(ids)
    uuids = ", ".join(each["ResourceIdentifier"]["Id"] for each in document)
    create = (
        f"aws cloudformation create-change-set --stack-name {stack} --change-set-type IMPORT "
        "--change-set-name import-mappings --template-body file://template.json "
        "--parameters ParameterKey=PARAMETER,UsePreviousValue=true "
        "--capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND "
        f"--resources-to-import '{json.dumps(document)}'"
    )
    execute = (
        f"aws cloudformation execute-change-set --stack-name {stack} "
        "--change-set-name import-mappings"
    )
    return [
        (
            f"Add DeletionPolicy: Retain to {names} in the template of {stack}, and update the stack. "
            "Keep it there until all is done: CloudFormation imports nothing without it."
        ),
        (
            f"Remove {names} from the template, with all that refers to it, and update the stack again: "
            "nothing is deleted."
        ),
        (
            f"Put {names} back as it is now, with DeletionPolicy: Retain and its starting position, "
            f"change nothing else, and run: {create}"
        ),
        (
            "In that command, give ParameterKey=… once for each parameter of the stack, or leave the "
            "option out if it has none. Upload a template of more than 51,200 bytes to a bucket, and "
            "give --template-url in place of --template-body."
        ),
        f"Look at the change set, then run: {execute}",
        (
            "With the CDK, make these changes in the app (RemovalPolicy.RETAIN), and in place of the "
            f"commands run: cdk import {stack}. It asks for each Id: {uuids}."
        ),
        (
            "With SAM, which makes a mapping of each event of a function, set DeletionPolicy on the "
            "function, remove the event, and import with the template that SAM makes of it: "
            f"aws cloudformation get-template --stack-name {stack} --template-stage Processed."
        ),
    ]


def _terraform(target: Target) -> list[str]:
    address = "aws_lambda_event_source_mapping.NAME"
    lines = [
        f"terraform state rm {address}  # {_first_uuid(target)} is in the state until then",
        f"terraform import {address} {target.live_name}",
    ]
    was = original(target).config
    if any(was.get(name) != target.undo.get(name) for name in POSITION):
        attributes = "starting_position, starting_position_timestamp"
        lines.append(
            f"lifecycle {{ ignore_changes = [{attributes}] }}  # the position of "
            f"{target.live_name} differs on purpose; Terraform would replace the mapping for it"
        )
    return lines
