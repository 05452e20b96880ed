"""Renders a report's page in headless Chromium: no console error, and every number as in the JSON.

`python -m tests.report_page.check [report.json]` also leaves screenshots in out/ to look at.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from infra import ROOT
from snapback.page.render import page
from tests.report_page.reports import a_report

OUT = ROOT / "out"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium",)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--enable-logging=stderr",
)  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"
SHOTS = {
    "report-light.png": ("--window-size=1100,2300",),
    "report-dark.png": ("--window-size=1100,2300", DARK),
    "report-phone.png": ("--window-size=390,4200",),
}
SECONDS = 120


class Shown(HTMLParser):
    """Collects the text of each element that names its place in the JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._place: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._place = dict(attrs).get("data-json")

    def handle_data(self, data: str) -> None:
        if self._place is not None:
            self.texts.append((self._place, data))
            self._place = None


def browser() -> str:
    """The browser on the PATH, installed where this may; else a sentence and the end."""
    if not any(map(shutil.which, BROWSERS)) and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit("report-check needs Chromium: install the package `chromium` and run it again")
    return found


def run(chromium: str, html: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Open the page once, in a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [chromium, *FLAGS, f"--user-data-dir={profile}", *options, html.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)


def problems(report: Mapping[str, Any], dom: str, log: str) -> Iterator[str]:
    """What the console said, and each text that is not what the JSON has in its place."""
    yield from (f"console: {line}" for line in log.splitlines() if "CONSOLE" in line)
    shown = Shown()
    shown.feed(dom)
    if not shown.texts:
        yield "the page shows nothing of the report"
    for place, text in shown.texts:
        value: Any = report
        for step in place.strip("/").split("/"):
            value = value[int(step)] if isinstance(value, list) else value[step]
        if str(value) != text:
            yield f"{place}: the page says {text!r}, the report {value!r}"


def main() -> None:
    """Check one page; 1 with every problem."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT / "report.json"
    report = json.loads(given.read_text()) if given.exists() else a_report()
    OUT.mkdir(exist_ok=True)
    html = OUT / "report-check.html"
    html.write_text(page(report))
    chromium = browser()
    opened = run(chromium, html, "--dump-dom")
    found = list(problems(report, opened.stdout, opened.stderr))
    for name, options in SHOTS.items():
        run(chromium, html, *options, f"--screenshot={OUT / name}")
    if found:
        sys.exit("\n".join(found))
    sys.stdout.write(f"the page is true to its report; look at {', '.join(SHOTS)} in out/\n")


if __name__ == "__main__":
    main()
