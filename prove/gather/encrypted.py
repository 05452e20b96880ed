"""A mapping whose filters are encrypted, and Snapback's table to somebody else."""

from __future__ import annotations

import json
from collections.abc import Iterator

from prove.evidence import EncryptedFilters, TableWrites
from prove.gather.decisions import as_probe
from prove.gather.lives import answered
from prove.gather.runs import run
from prove.gather.workload import create
from prove.world import World

FILTERS = {"Filters": [{"Pattern": json.dumps({"body": {"kind": ["proof"]}})}]}


def encrypted(world: World) -> Iterator[EncryptedFilters]:
    """Break and restore such a mapping, and read it as a role that may not decrypt."""
    function = world.workload["EncryptedName"]
    uuid = create(
        world,
        FunctionName=function,
        EventSourceArn=world.workload["EncryptedQueueArn"],
        FilterCriteria=FILTERS,
        KMSKeyArn=world.workload["FiltersKeyArn"],
    )
    world.limit.until(
        lambda: world.all_enabled(function), "a mapping with a key", world.pace.settle
    )
    seen = as_probe(world).get_event_source_mapping(UUID=uuid)
    yield EncryptedFilters(
        run=run(world, "encrypted", function),
        error_shown="FilterCriteriaError" in seen,
        filters_shown="FilterCriteria" in seen,
    )


def table(world: World) -> Iterator[TableWrites]:
    """Write an item that means nothing; where that is accepted it is deleted again."""
    dynamodb = world.account.client("dynamodb", once=True)
    key = {"pk": {"S": "proof"}, "sk": {"S": world.name}}
    name = world.product["TableName"]
    reply = answered("PutItem", "", lambda: dynamodb.put_item(TableName=name, Item=key))
    if not reply.code:
        dynamodb.delete_item(TableName=name, Key=key)
    yield TableWrites(reply.code)
