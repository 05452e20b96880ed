"""From a report to its page."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from snapback.model.effects import Document
from snapback.model.plain_text import plain
from snapback.report.page import charts, words
from snapback.report.page.timeline import timeline


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


_PAGES = Environment(
    loader=PackageLoader("snapback.report", "page"),
    autoescape=True,
    finalize=_plain,
    undefined=StrictUndefined,
    trim_blocks=True,
)
_PAGES.globals |= {"words": words, "box": charts}


def page(report: Document) -> str:
    """The whole page as HTML; every text of the report in it is plain and escaped."""
    template = _PAGES.get_template("report.html.jinja")
    return template.render(report=report, charts=timeline(report))
