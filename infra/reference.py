"""Generated parts of the documentation; `python -m infra.reference` writes them."""

from infra import ROOT
from infra.expectations_reference import expectations_page
from infra.input_reference import input_section, schema_page
from infra.permissions_reference import permissions_page
from infra.report_reference import report_page
from prove.registry import unproven_page

PERMISSIONS_PAGE = ROOT / "docs" / "permissions.md"
EXPECTATIONS_PAGE = ROOT / "docs" / "expectations.md"
REPORT_PAGE = ROOT / "docs" / "report.md"
UNPROVEN_PAGE = ROOT / "docs" / "unproven.md"
SCHEMA_PAGE = ROOT / "docs" / "experiment.schema.json"
README = ROOT / "README.md"
INPUT_BEGINS, INPUT_ENDS = "<!-- input: made by `make docs` -->\n", "<!-- end of input -->\n"


def readme() -> str:
    """README.md with the keys of the input as they are now."""
    head, rest = README.read_text().split(INPUT_BEGINS)
    tail = rest.split(INPUT_ENDS)[1]
    return head + INPUT_BEGINS + input_section() + INPUT_ENDS + tail


if __name__ == "__main__":
    pages = {
        PERMISSIONS_PAGE: permissions_page(),
        EXPECTATIONS_PAGE: expectations_page(),
        REPORT_PAGE: report_page(),
        UNPROVEN_PAGE: unproven_page(),
        SCHEMA_PAGE: schema_page(),
        README: readme(),
    }
    for page, text in pages.items():
        page.write_text(text)
        print(page.relative_to(ROOT))
