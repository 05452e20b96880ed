"""Every row of docs/unproven.md, every check, and the page that is made from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prove.check import Answer, Check, Evidence, Row, answered
from prove.rows import executions, mappings, operations, permissions, runs, sources

ROWS: tuple[Row, ...] = (
    *mappings.ROWS,
    *permissions.ROWS,
    *runs.ROWS,
    *sources.ROWS,
    *executions.ROWS,
    *operations.ROWS,
)
CHECKS: tuple[Check[Any], ...] = tuple(check for row in ROWS for check in row.checks)

_INTRODUCTION = """\
# What only real AWS can show

Nothing on this page has been run in an AWS account. The lab interprets the real state machines, runs the real handlers
and moves real messages, but it is not AWS. Each row says what stands in for the proof until someone runs it there.

`make prove ARGS='--profile …'` runs it in yours: each check has an id, and its answer is written down with what AWS
said. [proving.md](proving.md) says what that creates, costs and takes. The page and the checks are made from the same
rows (`prove/rows/`); `make docs` writes the page.
"""


def answers(evidence: Evidence) -> Mapping[str, Answer]:
    """The answer to every check, by its id."""
    return {check.id: answered(check, evidence) for check in CHECKS}


def unproven_page() -> str:
    """The page docs/unproven.md."""
    return "\n".join((_INTRODUCTION, *_table()))


def _table() -> Iterator[str]:
    yield "| What | Why it is unproven | What stands in | What an account can answer |"
    yield "|---|---|---|---|"
    for row in ROWS:
        yield f"| {row.what} | {row.why} | {row.stands_in} | {_answerable(row)} |"
    yield ""


def _answerable(row: Row) -> str:
    ids = ", ".join(
        f"`{each.id}`" + (f" (`--with {each.source}`)" if each.source else "")
        for each in row.checks
    )
    if not row.unanswerable:
        return ids
    return f"{ids}; {row.unanswerable}" if ids else f"nothing: {row.unanswerable}"
