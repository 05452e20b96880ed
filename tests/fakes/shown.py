"""What a report's page shows of it, by the places in the JSON that its elements name."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

_SHOWN = re.compile(r'<[^<>]* data-json="([^"]+)"[^<>]*>([^<]+)')


def shown(page: str) -> list[tuple[str, str]]:
    """Each place in the JSON that the page names, and the text that it shows for it."""
    return [(unescape(place), unescape(text)) for place, text in _SHOWN.findall(page)]


def untrue(report: Mapping[str, Any], page: str) -> Iterator[str]:
    """Each text of a page that is not what the JSON of its report has in that place."""
    texts = shown(page)
    if not texts:
        yield "the page shows nothing of the report"
    for place, text in texts:
        value: Any = report
        for step in place.strip("/").split("/"):
            value = value[int(step)] if isinstance(value, list) else value[step]
        if str(value) != text:
            yield f"{place}: the page says {text!r}, the report {value!r}"
