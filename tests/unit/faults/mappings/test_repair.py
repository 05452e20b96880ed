"""After the delete of a managed mapping the report says how its owner finds it again."""

import json
import shlex
from dataclasses import replace
from typing import Any

from snapback.faults.mappings import repair
from snapback.model.records import Target
from tests.unit.faults.mappings.targets import target
from tests.unit.proof_account import QUEUE, STREAM, UUID, mapping

NEW = "99999999-9999-4999-8999-999999999999"
OWNED = {
    "aws:cloudformation:stack-name": "shop",
    "aws:cloudformation:logical-id": "OrdersMapping",
    "team": "a",
}


def restored(source: str = QUEUE, tags: dict[str, str] = OWNED, **changes: Any) -> Target:
    config = mapping(source)
    undo = {name: config[name] for name in ("StartingPosition",) if name in config}
    return target(config, undo, **({"tags": tags, "status": "restored", "new_name": NEW} | changes))


def test_each_old_uuid_is_mapped_to_its_new_one() -> None:
    assert repair.instructions([restored()])["uuids"] == {UUID: NEW}


def test_the_first_uuid_counts_also_after_several_cycles() -> None:
    later = restored(name="00000000-0000-4000-8000-000000000000")
    assert repair.instructions([later])["uuids"] == {UUID: NEW}


def test_a_stack_gets_the_document_for_its_import() -> None:
    [stack] = repair.instructions([restored()])["cloudformation"]
    assert stack["stack"] == "shop"
    assert stack["resources_to_import"] == [
        {
            "ResourceType": "AWS::Lambda::EventSourceMapping",
            "LogicalResourceId": "OrdersMapping",
            "ResourceIdentifier": {"Id": NEW},
        }
    ]
    assert "DeletionPolicy: Retain to OrdersMapping" in stack["steps"][0]
    assert "update the stack. Keep it there until all is done" in stack["steps"][0]
    assert "back as it is now, with DeletionPolicy: Retain" in stack["steps"][2]
    assert "--change-set-type IMPORT" in stack["steps"][2]
    assert json.dumps(stack["resources_to_import"]) in stack["steps"][2]


def test_the_command_of_the_import_is_one_that_a_stack_with_roles_and_parameters_takes() -> None:
    [stack] = repair.instructions([restored()])["cloudformation"]
    words = shlex.split(stack["steps"][2].partition("run: ")[2])
    assert words[words.index("--capabilities") + 1 :][:2] == [
        "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND",
    ]  # fmt: skip
    assert "ParameterKey=PARAMETER,UsePreviousValue=true" in words
    assert json.loads(words[-1]) == stack["resources_to_import"]
    assert "more than 51,200 bytes" in stack["steps"][3]
    assert "--template-url" in stack["steps"][3]


def test_the_cdk_and_sam_have_ways_of_their_own() -> None:
    [stack] = repair.instructions([restored()])["cloudformation"]
    assert f"cdk import shop. It asks for each Id: {NEW}." in stack["steps"][5]
    assert "get-template --stack-name shop --template-stage Processed" in stack["steps"][6]


def test_the_mappings_of_one_stack_are_imported_together() -> None:
    [stack] = repair.instructions([restored(), restored(STREAM)])["cloudformation"]
    assert len(stack["resources_to_import"]) == 2


def test_terraform_forgets_the_old_uuid_before_it_imports_the_new_one() -> None:
    found = repair.instructions([restored(tags={})])
    assert found["cloudformation"] == []
    forget, take = found["terraform"]
    assert forget.startswith("terraform state rm aws_lambda_event_source_mapping.NAME  # ")
    assert UUID in forget
    assert take == f"terraform import aws_lambda_event_source_mapping.NAME {NEW}"


def test_terraform_is_told_to_leave_a_changed_position_alone() -> None:
    position = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 5}
    moved = restored(STREAM, {})
    moved = replace(moved, snapshot=replace(moved.snapshot, undo=position))
    [*_, advice] = repair.instructions([moved])["terraform"]
    assert "ignore_changes = [starting_position, starting_position_timestamp]" in advice


def test_what_kept_its_uuid_needs_no_repair() -> None:
    assert repair.instructions([restored(new_name=UUID), restored(new_name="")]) == {}
