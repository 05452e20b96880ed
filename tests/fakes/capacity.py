"""What DynamoDB charges for: the sizes of items, and the read and write units of requests.

The rules are those of the developer guide ("DynamoDB item sizes and formats", "On-demand capacity
mode", "Transactions"). Where it is not explicit, the larger figure is taken: a condition check and a
cancelled transaction count like writes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

READ_BYTES = 4096
WRITE_BYTES = 1024
TRANSACTION = 2
"""A transaction writes each of its items twice."""
PAGE_BYTES = 1_000_000
"""A query answers so many bytes of items at once."""

_OVERHEAD_BYTES = 3
"""Of a list or a map, beside a byte for each element."""


@dataclass
class Units:
    """The units that were used so far, of the table and of its index, and requests by operation."""

    read: float = 0
    write: float = 0
    index_write: float = 0
    requests: Counter[str] = field(default_factory=Counter)

    def reads(self, items_bytes: Iterable[int], *, consistent: bool) -> None:
        """One request that read items of these sizes together; half the price if it may be stale."""
        self.read += max(1, ceil(sum(items_bytes) / READ_BYTES)) * (1 if consistent else 0.5)

    def writes(self, before_bytes: int, after_bytes: int, *, times: int = 1) -> None:
        """An item that was written: what counts is the larger of what it was and what it is."""
        self.write += times * units_of(max(before_bytes, after_bytes))


def units_of(item_bytes: int) -> int:
    """The units that writing an item takes."""
    return max(1, ceil(item_bytes / WRITE_BYTES))


def item_bytes(item: Mapping[str, Any]) -> int:
    """The size of an item, as it goes over the wire: `{name: {type: value}}`."""
    return sum(len(name.encode()) + _bytes(each) for name, each in item.items())


def _bytes(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return _digits(value)
        case "M":
            return _OVERHEAD_BYTES + len(value) + item_bytes(value)
        case "L":
            return _OVERHEAD_BYTES + len(value) + sum(map(_bytes, value))
        case "BOOL" | "NULL":
            return 1
    raise AssertionError(f"no item of the product has a {kind}")


def _digits(number: str) -> int:
    """About a byte for two significant digits, and one more; another for a sign."""
    digits = number.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + number.startswith("-")
