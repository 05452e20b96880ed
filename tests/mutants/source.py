"""A module's text, and small edits of it."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

type Span = tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The bytes from `start` to `end` become `text`."""

    start: int
    end: int
    text: bytes


@dataclass(frozen=True)
class Source:
    """One module; `path` is relative to the project, and every place is counted in bytes."""

    path: str
    raw: bytes

    @classmethod
    def read(cls, root: Path, path: str) -> Self:
        """A module of the project at `root`."""
        return cls(path, (root / path).read_bytes())

    @cached_property
    def tree(self) -> ast.Module:
        """What the text says."""
        return ast.parse(self.raw)

    @cached_property
    def _lines(self) -> tuple[int, ...]:
        """Where each line begins."""
        return (0, *(match.end() for match in re.finditer(rb"\n", self.raw)))

    def span(self, node: Any) -> Span:
        """From the first byte of a node to the one after its last."""
        return (
            self._lines[node.lineno - 1] + node.col_offset,
            self._lines[node.end_lineno - 1] + node.end_col_offset,
        )

    def text(self, node: ast.AST) -> bytes:
        """A node as it is written, without the parentheses around it."""
        start, end = self.span(node)
        return self.raw[start:end]

    def replace(self, node: ast.AST, text: bytes) -> Edit:
        """Something else in place of a node."""
        return Edit(*self.span(node), text)

    def operator(self, left: ast.AST, right: ast.AST, symbol: str) -> Span:
        """Where the operator between two operands is written."""
        start = self.span(left)[1]
        gap = self.blank(start, self.span(right)[0])
        pattern = re.escape(symbol).replace(r"\ ", r"\s+").encode()
        [*_, found] = re.finditer(pattern, gap)
        return start + found.start(), start + found.end()

    def blank(self, start: int, end: int) -> bytes:
        """The text between two nodes, with spaces in place of its comments."""
        return re.sub(rb"#[^\n]*", lambda found: b" " * len(found[0]), self.raw[start:end])

    def without_each(self, items: Sequence[Span]) -> Iterator[Edit]:
        """One edit an item of a list that is written with commas: the list without it."""
        for index, (start, end) in enumerate(items):
            if index + 1 < len(items):
                yield Edit(start, items[index + 1][0], b"")
            elif index:
                before = items[index - 1][1]
                yield Edit(before + self.blank(before, start).index(b","), end, b"")
            else:
                comma = re.match(rb"\s*,", self.blank(end, len(self.raw)))
                yield Edit(start, end + (comma.end() if comma else 0), b"")

    def edited(self, edit: Edit) -> bytes:
        """The whole text after an edit."""
        return self.raw[: edit.start] + edit.text + self.raw[edit.end :]

    def line(self, edit: Edit) -> int:
        """The number of the line on which an edit begins."""
        return self.raw.count(b"\n", 0, edit.start) + 1

    def shown(self, edit: Edit) -> tuple[str, str]:
        """The lines that an edit touches, before and after it, each in one line."""
        start = self.raw.rfind(b"\n", 0, edit.start) + 1
        rest, *_ = self.raw[edit.end :].split(b"\n", 1)
        after = self.raw[start : edit.start] + edit.text + rest
        return _one_line(self.raw[start : edit.end] + rest), _one_line(after)


def _one_line(text: bytes) -> str:
    return " ".join(text.decode().split())
