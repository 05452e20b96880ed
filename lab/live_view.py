"""The demonstration as it goes: phase, mappings, and each source's backlog."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lab.cloud import client
from lab.sample.outputs import Sample
from lab.sample.producer import SOURCES, Producer, handled
from lab.session import Lab

BAR_WIDTH = 40
PRESENT, ABSENT = "present", "DELETED"


@dataclass(frozen=True)
class Row:
    """One source: whether a mapping reads it, and how many messages were written and handled."""

    source: str
    mapping: str
    written: int
    handled: int

    @property
    def backlog(self) -> int:
        """Messages that nobody has handled yet."""
        return self.written - self.handled


@dataclass(frozen=True)
class Picture:
    """What is seen at one moment."""

    phase: str
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, lab: Lab, sample: Sample, producer: Producer, phase: str) -> Self:
        """Look at the lab now."""
        written = dict(producer.written)
        counts = handled(lab, sample)
        mappings = _mappings(lab, sample)
        return cls(
            phase,
            tuple(
                Row(
                    source,
                    mappings.get(source, ABSENT),
                    written.get(source, 0),
                    sum(number in counts[source] for number in producer.numbers(source)),
                )
                for source in SOURCES
            ),
        )

    @property
    def detached(self) -> bool:
        """Whether every mapping is away."""
        return all(row.mapping == ABSENT for row in self.rows)

    @property
    def drained(self) -> bool:
        """Whether every message was handled."""
        return all(row.backlog <= 0 for row in self.rows)


def _mappings(lab: Lab, sample: Sample) -> dict[str, str]:
    listed = client(lab, "lambda").list_event_source_mappings(FunctionName=sample.function_name)
    return {
        each["EventSourceArn"].split(":")[2]: f"{PRESENT} {each['UUID'][:8]} {each['State']}"
        for each in listed["EventSourceMappings"]
    }


class LiveView:
    """A table that renews itself on a terminal, and a line a look elsewhere."""

    def __init__(self) -> None:
        self._console = Console(markup=False, emoji=False, highlight=False)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._since = time.monotonic()
        self._largest = 1

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(self, picture: Picture) -> None:
        """Show what is seen now."""
        self._largest = max(self._largest, *(row.backlog for row in picture.rows))
        if self._console.is_terminal:
            self._live.update(self._drawn(picture), refresh=True)
        else:
            self._console.print(self._line(picture), soft_wrap=True)

    def _elapsed(self) -> str:
        return f"{time.monotonic() - self._since:5.0f} s"

    def _drawn(self, picture: Picture) -> Group:
        table = Table("source", "mapping", "written", "handled", "backlog", "")
        for row in picture.rows:
            style = "red" if row.mapping == ABSENT else "green"
            bar = "█" * round(BAR_WIDTH * max(0, row.backlog) / self._largest)
            numbers = (str(row.written), str(row.handled), str(row.backlog))
            table.add_row(row.source, Text(row.mapping, style), *numbers, Text(bar, "yellow"))
        return Group(Text(f"{self._elapsed()}  {picture.phase}", "bold"), table)

    def _line(self, picture: Picture) -> str:
        rows = "  ".join(
            f"{row.source} {row.mapping.split()[0]} backlog {row.backlog} handled {row.handled}"
            for row in picture.rows
        )
        return f"{self._elapsed()}  {picture.phase:<20} {rows}"
