"""A table of keys, from the JSON Schema that describes them."""

import json
from collections.abc import Collection, Mapping

from snapback.model.effects import Document


def keys_table(described: Mapping[str, Document], required: Collection[str]) -> list[str]:
    """The lines of a table with the meaning and the default of each key; none without keys."""
    rows = [
        f"| `{name}` | {each['description']} | {_default(each, required=name in required)} |"
        for name, each in described.items()
    ]
    return ["| key | meaning | default |", "|---|---|---|", *rows, ""] if rows else []


def _default(described: Document, *, required: bool) -> str:
    if required:
        return "required"
    default = described.get("default")
    return f"`{json.dumps(default)}`" if default is not None else "none"
