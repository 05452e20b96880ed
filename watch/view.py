"""A look as a table on a terminal, and as a line elsewhere."""

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from snapback.model.plain_text import plain
from snapback.model.records import TOUCHED
from watch.look import Look

_STYLES = {
    "injecting": "red", "injected": "red", "restoring": "yellow", "restored": "green",
    "skipped": "green", "conflict": "bold red", "abandoned": "bold red",
}  # fmt: skip
CONSOLE = Console(markup=False, emoji=False, highlight=False)
"""Shows reasons and names as they are: `[/x]` and `:key:` are no instructions, and `plain` leaves no escapes."""


def line(seen: Look) -> str:
    """One line, as plain text: phase, countdown, targets by status, queue depths."""
    counted: dict[str, int] = {}
    for target in seen.targets:
        counted[target.status] = counted.get(target.status, 0) + 1
    parts = [
        f"{seen.phase:<20}",
        countdown(seen),
        *(f"{count} {status}" for status, count in counted.items()),
        *(f"{arn.rsplit(':', 1)[-1]} {each['visible']}" for arn, each in _queues(seen).items()),
    ]
    return plain("  ".join(part for part in parts if part))


def countdown(seen: Look) -> str:
    """How long the window stays open, if it is; at the end how it ended."""
    if seen.over:
        left = sum(target.status in TOUCHED for target in seen.targets)
        rescue = f"; {left} not back yet: the rescue restores them" if left else ""
        return f"{seen.status} {seen.reason}".strip() + rescue
    return f"{max(0.0, seen.left):.0f} s left" if seen.left is not None else ""


def drawn(seen: Look) -> Group:
    """The same as a table."""
    table = Table("source", "status", "mapping", "waiting", "in flight")
    states = seen.sample.get("states", {})
    for target in seen.targets:
        depth = _queues(seen).get(target.key.split("|")[0], {})
        table.add_row(
            plain(seen.titles.get(target.key, target.name)),
            Text(plain(target.status), _STYLES.get(target.status, "")),
            plain(f"{target.live_name[:8]} {states.get(target.key, '')}"),
            str(depth.get("visible", "")),
            str(depth.get("in_flight", "")),
        )
    title = f"{seen.name}  {seen.phase}  {countdown(seen)}"
    alarms = [f"{name}: {each['state']}" for name, each in seen.sample.get("alarms", {}).items()]
    return Group(Text(plain(title), "bold"), table, *map(Text, map(plain, alarms)))


def _queues(seen: Look) -> dict[str, dict[str, int]]:
    return {
        arn: {name: int(count) for name, count in each.items()}
        for arn, each in seen.sample.get("queues", {}).items()
    }
