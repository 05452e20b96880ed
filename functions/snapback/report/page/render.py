"""From a report to its page."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from snapback.report.page import charts, words
from snapback.report.page.timeline import timeline

_PAGES = Environment(
    loader=PackageLoader("snapback.report", "page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
_PAGES.globals |= {"words": words, "box": charts}


def page(report: Mapping[str, Any]) -> str:
    """The whole page as HTML; every text of the report in it is escaped."""
    template = _PAGES.get_template("report.html.jinja")
    return template.render(report=report, charts=timeline(report))
