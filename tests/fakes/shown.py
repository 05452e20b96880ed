"""What a report's page shows of it, by the places in the JSON that its elements name."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any


class _Shown(HTMLParser):
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


def shown(page: str) -> list[tuple[str, str]]:
    """Each place in the JSON that the page names, and the text that it shows for it."""
    found = _Shown()
    found.feed(page)
    return found.texts


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
