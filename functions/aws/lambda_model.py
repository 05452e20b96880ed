"""What this version's botocore knows of an API: members it would drop, requests it would refuse."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator

from snapback.model.effects import Check

UNKNOWN, UNSET = "SnapbackUnknownMembers", "SnapbackUnsetMembers"
"""Where a parsed response carries the paths of what botocore left out of it, with a value or not."""

_WATCHED = ("GetEventSourceMapping", "ListEventSourceMappings")
_READ_OTHERWISE = "Tags"
"""A mapping's tags are read with ListTags, also where a response shows them as well."""

_MEANS_NOTHING_UNSET = "PartialBatchResponse"
"""An undocumented member of mappings: it is no news while it is false or null."""


def watch(client: Any) -> None:
    """Let a Lambda client's responses about mappings name what botocore does not know of them."""
    for operation in _WATCHED:
        client.meta.events.register(f"before-parse.lambda.{operation}", _note_unknown)


def _note_unknown(
    operation_model: OperationModel,
    response_dict: Mapping[str, Any],
    customized_response_dict: dict[str, Any],
    **_: Any,
) -> None:
    if response_dict["status_code"] >= 300:  # noqa: PLR2004
        return
    raw = json.loads(response_dict["body"])
    found = dict(unknown_members(operation_model.output_shape, raw))
    customized_response_dict[UNKNOWN] = sorted(path for path, value in found.items() if value)
    customized_response_dict[UNSET] = sorted(
        path
        for path, value in found.items()
        if not value and not path.endswith(_MEANS_NOTHING_UNSET)
    )


def unknown_members(shape: Shape | None, raw: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What a raw response has and a shape has no member for: paths like `Filters[0].Mode`, and values."""
    if isinstance(shape, StructureShape) and isinstance(raw, Mapping):
        for name, value in raw.items():
            below = f"{path}.{name}" if path else name
            if name in shape.members:
                yield from unknown_members(shape.members[name], value, below)
            elif name != _READ_OTHERWISE:
                yield below, value
    elif isinstance(shape, ListShape) and isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from unknown_members(shape.member, value, f"{path}[{index}]")
    elif isinstance(shape, MapShape) and isinstance(raw, Mapping):
        for name, value in raw.items():
            yield from unknown_members(shape.value, value, f"{path}.{name}")


def check(effect: Check) -> str:
    """Why the API would not even accept the shape of a request, or an empty string."""
    shape = _operation(effect.service, effect.operation).input_shape
    report = ParamValidator().validate(dict(effect.params), shape)
    return str(report.generate_report()).replace("\n", "; ") if report.has_errors() else ""


@cache
def _operation(service: str, operation: str) -> OperationModel:
    return botocore.session.get_session().get_service_model(service).operation_model(operation)
