"""Generated pages of documentation; `python -m infra.reference` writes them to `docs/`."""

import json
from collections.abc import Mapping
from typing import Any

from infra import ROOT
from infra.expectations_reference import expectations_page
from infra.permissions_reference import permissions_page
from infra.report_reference import report_page
from snapback.model.experiment import DEFAULT_FAULT
from snapback.validate.request import schema

PERMISSIONS_PAGE = ROOT / "docs" / "permissions.md"
EXPECTATIONS_PAGE = ROOT / "docs" / "expectations.md"
REPORT_PAGE = ROOT / "docs" / "report.md"
README = ROOT / "README.md"
INPUT_BEGINS, INPUT_ENDS = "<!-- input: made by `make docs` -->\n", "<!-- end of input -->\n"


def readme() -> str:
    """README.md with the table of input keys as they are now."""
    head, rest = README.read_text().split(INPUT_BEGINS)
    tail = rest.split(INPUT_ENDS)[1]
    return head + INPUT_BEGINS + input_table() + INPUT_ENDS + tail


def input_table() -> str:
    """The input keys, from the schema that validates them."""
    rows = [
        f"| `{name}` | {each['description']} | {_default(name, each)} |"
        for name, each in schema(DEFAULT_FAULT)["properties"].items()
    ]
    return "\n".join(["| key | meaning | default |", "|---|---|---|", *rows, ""])


def _default(name: str, described: Mapping[str, Any]) -> str:
    if name in schema(DEFAULT_FAULT)["required"]:
        return "required"
    default = described.get("default")
    return f"`{json.dumps(default)}`" if default is not None else "none"


if __name__ == "__main__":
    pages = {
        PERMISSIONS_PAGE: permissions_page(),
        EXPECTATIONS_PAGE: expectations_page(),
        REPORT_PAGE: report_page(),
        README: readme(),
    }
    for page, text in pages.items():
        page.write_text(text)
        print(page.relative_to(ROOT))
