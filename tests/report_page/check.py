"""Renders a report's page in headless Chromium: no console error, and every number as in the JSON.

Nothing of it is wider than a phone, and it prints on A4. Screenshots and the print are left in out/
to look at.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra import ROOT
from snapback.report.page.render import page
from tests.fakes.report import a_report, stretched
from tests.fakes.shown import untrue
from tests.report_page.browser import browser, run
from tests.report_page.layout import overflowing, printed

OUT = ROOT / "out"
DARK = "--blink-settings=preferredColorScheme=0"
SHOTS = {
    "report-light.png": ("--window-size=1100,2700",),
    "report-dark.png": ("--window-size=1100,2700", DARK),
    "report-phone.png": ("--window-size=390,4800",),
}


def problems(report: Mapping[str, Any], dom: str, log: str) -> Iterator[str]:
    """What the console said, and each text that is not what the JSON has in its place."""
    yield from (f"console: {line}" for line in log.splitlines() if "CONSOLE" in line)
    yield from untrue(report, dom)


def _given() -> dict[str, Any]:
    """The report that was asked for, else the one that `make demo` left, else a sample."""
    parser = argparse.ArgumentParser(prog="python -m tests.report_page.check", description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, help="a report.json (out/report.json)")
    given: Path | None = parser.parse_args().report
    if given is not None and not given.exists():
        parser.error(f"{given} does not exist")
    left = OUT / "report.json"
    if given is None and not left.exists():
        return a_report()
    report: dict[str, Any] = json.loads((given or left).read_text())
    return report


def main() -> None:
    """Check one page; 1 with every problem."""
    report = _given()
    OUT.mkdir(exist_ok=True)
    html = OUT / "report-check.html"
    html.write_text(page(report))
    chromium = browser()
    opened = run(chromium, html, "--dump-dom")
    found = list(problems(report, opened.stdout, opened.stderr))
    for name, options in SHOTS.items():
        run(chromium, html, *options, f"--screenshot={OUT / name}")
    found += overflowing(chromium, html)
    found += printed(chromium, html, OUT / "report.pdf", DARK)
    html.write_text(page(stretched()))
    found += [f"with long names: {each}" for each in overflowing(chromium, html)]
    if found:
        sys.exit("\n".join(found))
    sys.stdout.write(
        f"the page is true to its report; look at {', '.join(SHOTS)}, report.pdf in out/\n"
    )


if __name__ == "__main__":
    main()
