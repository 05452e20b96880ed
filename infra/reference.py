"""Generated parts of the documentation; `python -m infra.reference` writes them."""

from infra import ROOT
from infra.definitions import function_of
from infra.expectations_reference import expectations_page
from infra.input_reference import input_section, schema_page
from infra.permissions import CONDITIONS, EVERY_HANDLER, HANDLERS, RESOURCES, Statement
from infra.report_reference import report_page

PERMISSIONS_PAGE = ROOT / "docs" / "permissions.md"
EXPECTATIONS_PAGE = ROOT / "docs" / "expectations.md"
REPORT_PAGE = ROOT / "docs" / "report.md"
SCHEMA_PAGE = ROOT / "docs" / "experiment.schema.json"
README = ROOT / "README.md"
INPUT_BEGINS, INPUT_ENDS = "<!-- input: made by `make docs` -->\n", "<!-- end of input -->\n"

_INTRODUCTION = """\
# Permissions

Every role of Snapback may do exactly this. The page and the roles are made from the same table,
`infra/permissions.py`; `make docs` writes the page.

`{targets}` is the stack's setting `target_functions`, a pattern of function names, `*` by default.

**What IAM can and cannot enforce.** An event source mapping is its own kind of resource: IAM sees
the mapping's tags and, for all calls on it but those for tags, the ARN of its function
(`lambda:FunctionArn`). It never sees the tags of that function. So opting in with the tag
`snapback:allowed` is enforced by validation, and what IAM itself enforces is the pattern of
`target_functions`: set it to narrow what Snapback can touch at all.
"""


def permissions_page() -> str:
    """The page docs/permissions.md."""
    sections = [
        _section("Every function", EVERY_HANDLER),
        *(_section(function_of(module), statements) for module, statements in HANDLERS.items()),
    ]
    return "\n".join([_INTRODUCTION, *sections])


def readme() -> str:
    """README.md with the keys of the input as they are now."""
    head, rest = README.read_text().split(INPUT_BEGINS)
    tail = rest.split(INPUT_ENDS)[1]
    return head + INPUT_BEGINS + input_section() + INPUT_ENDS + tail


def _section(title: str, statements: tuple[Statement, ...]) -> str:
    rows = [f"| {_codes(each.actions)} | {_on(each)} | {each.reason} |" for each in statements]
    head = ["| may | on | because |", "|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


def _codes(names: tuple[str, ...]) -> str:
    return "<br>".join(f"`{name}`" for name in names)


def _on(statement: Statement) -> str:
    resource = RESOURCES[statement.resource]
    shown = f"`{resource}`" if resource == "*" or resource.startswith("arn:") else resource
    if statement.condition is None:
        return shown
    conditions = [
        f"`{key}` like `{value}`"
        for keys in CONDITIONS[statement.condition].values()
        for key, value in keys.items()
    ]
    return f"{shown}<br>if {' and '.join(conditions)}"


if __name__ == "__main__":
    pages = {
        PERMISSIONS_PAGE: permissions_page(),
        EXPECTATIONS_PAGE: expectations_page(),
        REPORT_PAGE: report_page(),
        SCHEMA_PAGE: schema_page(),
        README: readme(),
    }
    for page, text in pages.items():
        page.write_text(text)
        print(page.relative_to(ROOT))
