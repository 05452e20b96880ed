"""The generated page docs/permissions.md."""

from collections.abc import Iterable, Sequence

from infra.definitions import function_of
from infra.permissions import (
    EVERY_FAULT,
    EVERY_HANDLER,
    HANDLERS,
    USES_TABLE_KEY,
    Origin,
    collected,
    of_fault,
)
from snapback.faults.registry import FAULTS
from snapback.protocol.permissions import Kind, Question, Statement

_INTRODUCTION = """\
# Permissions

Every role of Snapback may do exactly this. The page and the roles are made from the same rows;
`make docs` writes the page. It shows a stack that may do every fault: with the setting `faults`,
such as `--context faults=disable-mappings`, roles hold no other fault's rights.

A row has its reason, and the last column says where it comes from: a handler needs what its own
steps need (`infra/permissions.py`), and what a question needs that it asks of a fault
(`permissions.py` beside the fault; the end of this page has each fault by itself).

`{targets}` is the stack's setting `target_functions`, a pattern of function names, `*` by default.
`{account}` is the account of the role, and `{stack}` is the setting `stack_name`, `Snapback` by
default. What is marked with ◦ exists in a target's account: the role of the stack `{stack}Target`
may do all of that and nothing else.

**What IAM can and cannot enforce.** An event source mapping is its own kind of resource: IAM sees
the mapping's tags and, for all calls on it but those for tags, the ARN of its function
(`lambda:FunctionArn`). It never sees the tags of that function. So opting in with the tag
`snapback:allowed` is enforced by validation, and what IAM itself enforces is the pattern of
`target_functions`: set it to narrow what Snapback can touch at all.
"""


_WITH_KEY = """\
## Every function that uses the table

With the setting `table_key_arn` alone.\
"""


def permissions_page() -> str:
    """The page docs/permissions.md."""
    return "\n".join([
        _INTRODUCTION,
        *_table("## Every function", ("may", "on", "because"), map(_row, EVERY_HANDLER)),
        *_table(_WITH_KEY, ("may", "on", "because"), [_row(USES_TABLE_KEY)]),
        *(line for module in HANDLERS for line in _handler(module)),
        *(line for fault in EVERY_FAULT for line in _fault(fault)),
    ])  # fmt: skip


def _handler(module: str) -> list[str]:
    rows = [
        (*_row(each), _needed_by(module, each, origins))
        for each, origins in collected(module).items()
    ]
    title = f"## {function_of(module)}"
    return _table(title, ("may", "on", "because", "needed by"), rows)


def _fault(fault: str) -> list[str]:
    path = FAULTS[fault].replace(".", "/")
    permissions = of_fault(fault)
    rows = [
        (f"`{question}`", _codes(action for each in needed for action in each.actions))
        for question in Question
        if (needed := permissions.get(question, ()))
    ]
    title = f"## The fault {fault}\n\nFrom `functions/{path}/permissions.py`."
    return _table(title, ("question", "may"), rows)


def _needed_by(module: str, statement: Statement, origins: Sequence[Origin]) -> str:
    """Its own steps, and the questions, together where the same faults need them."""
    by_question: dict[Question, tuple[str, ...]] = {}
    for each in origins:
        by_question[each.question] = (*by_question.get(each.question, ()), each.fault)
    by_faults: dict[tuple[str, ...], list[str]] = {}
    for question, faults in by_question.items():
        by_faults.setdefault(faults, []).append(f"`{question}`")
    own = ["its own steps"] if statement in HANDLERS[module].itself else []
    asked = [f"{', '.join(each)} of {_faults(faults)}" for faults, each in by_faults.items()]
    return "<br>".join([*own, *asked])


def _faults(names: Sequence[str]) -> str:
    return "every fault" if len(names) == len(EVERY_FAULT) else ", ".join(names)


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [head, *rows]
    lines = [f"| {' | '.join(each)} |" for each in cells]
    return [title, "", lines[0], "|---" * len(head) + "|", *lines[1:], ""]


def _row(statement: Statement) -> tuple[str, str, str]:
    return _codes(statement.actions), _on(statement), statement.reason


def _codes(names: Iterable[str]) -> str:
    return "<br>".join(f"`{name}`" for name in dict.fromkeys(names))


def _on(statement: Statement) -> str:
    shown = _shown(statement.kind)
    conditions = [f"`{each.key}` like `{each.value}`" for each in statement.conditions]
    return f"{shown}<br>if {' and '.join(conditions)}" if conditions else shown


def _shown(kind: Kind) -> str:
    mark = " ◦" if kind.at_target else ""
    return (f"`{kind.arn}`" if kind.arn else kind.words) + mark
