"""The pages of the example reports as they were approved, without their style.

    python -m tests.unit.report.page.approved

approves them as they are now.
"""

from pathlib import Path
from typing import Any

from infra import ROOT
from snapback.report.page.render import page
from tests.fakes.report import a_report, stretched

REPORTS = {"usual": a_report, "stretched": stretched}
FOLDER = ROOT / "tests" / "unit" / "report" / "page" / "pages"


def unstyled(report: dict[str, Any]) -> str:
    """The page of a report from the end of its style."""
    return page(report).partition("</style>\n")[2]


def approved(name: str) -> Path:
    """Where an approved page is kept."""
    return FOLDER / f"{name}.html"


if __name__ == "__main__":
    for name, report in REPORTS.items():
        approved(name).write_text(unstyled(report()) + "\n")
