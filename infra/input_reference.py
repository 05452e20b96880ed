"""What an experiment's input may hold, for people and for editors, from what validates it."""

import json
from collections.abc import Iterable, Mapping
from textwrap import fill
from typing import Any

from infra.keys_table import keys_table
from snapback.faults import registry
from snapback.model.effects import Document
from snapback.model.experiment import COMMON_KEYS, DEFAULT_FAULT
from snapback.validate.names import ALIASES, MEANINGLESS, SCHEMA_KEY
from snapback.validate.schema import keys, schema

PAGE_WIDTH = 120
"""Of the README's lines."""


def input_section() -> str:
    """Tables of the common keys and of each fault's own, and the names that other tools use."""
    common = {name: keys(DEFAULT_FAULT)[name] for name in COMMON_KEYS}
    lines = keys_table(common, schema(DEFAULT_FAULT)["required"])
    for fault in registry.FAULTS:
        lines += _own_section(fault)
    return "\n".join([*lines, *_other_tools(), ""])


def _own_section(fault: str) -> list[str]:
    own = {name: each for name, each in keys(fault).items() if name not in COMMON_KEYS}
    described = schema(fault)
    table = keys_table(own, described["required"])
    return [f"### {fault}", "", described["description"], "", *table]


def _other_tools() -> list[str]:
    taken = (
        f"{_names(ALIASES)} stand for the keys of those names. Their values may be strings, with "
        "commas between the entries of a list; an empty one asks for the default."
    )
    ignored = (
        f"{_names(MEANINGLESS)} have no meaning here. They are ignored; the plan and the report "
        "warn of each that has a value."
    )
    heading = "### Tunables of Harness and LitmusChaos"
    return [heading, "", fill(taken, PAGE_WIDTH), "", fill(ignored, PAGE_WIDTH)]


def schema_page() -> str:
    """The file docs/experiment.schema.json."""
    return json.dumps(schema_document(), indent=2, ensure_ascii=False) + "\n"


def schema_document() -> dict[str, Any]:
    """One JSON Schema (draft 2020-12) of the input of every fault, without the names of other tools."""
    definitions = {
        name: each for fault in registry.FAULTS for name, each in schema(fault)["$defs"].items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Snapback experiment",
        "description": "The input of one experiment; `make docs` writes this file.",
        "type": "object",
        "oneOf": [_of_fault(fault) for fault in registry.FAULTS],
        "$defs": {name: _typed(_bare(each)) for name, each in sorted(definitions.items())},
    }


def _of_fault(fault: str) -> dict[str, Any]:
    """Its input; the default fault need not be named."""
    described = schema(fault)
    is_default = fault == DEFAULT_FAULT
    default = {"default": fault} if is_default else {}
    properties = {
        SCHEMA_KEY: {"type": "string", "description": "the schema that an editor uses; ignored"},
        **described["properties"],
        "fault": {"const": fault, "description": described["description"], **default},
    }
    return {
        "title": fault,
        "description": described["description"],
        "type": "object",
        "properties": _bare(properties),
        "required": [*described["required"], *([] if is_default else ["fault"])],
        "additionalProperties": False,
    }


def _bare(described: Any) -> Any:
    """Without pydantic's titles, which repeat the names, and its `discriminator`, which is OpenAPI's."""
    if isinstance(described, list):
        return [_bare(each) for each in described]
    if not isinstance(described, Mapping):
        return described
    return {
        name: _bare(each)
        for name, each in described.items()
        if not (name == "title" and isinstance(each, str)) and name != "discriminator"
    }


def _typed(definition: Document) -> dict[str, Any]:
    """An expectation with its `type` required: a default in Python, it says which kind it is."""
    if "const" not in definition.get("properties", {}).get("type", {}):
        return dict(definition)
    return {**definition, "required": ["type", *definition.get("required", ())]}


def _names(names: Iterable[str]) -> str:
    *others, last = [f"`{name}`" for name in names]
    return f"{', '.join(others)} and {last}"
