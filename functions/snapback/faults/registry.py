"""The table of faults: adding one is adding a package and a row.

Each of its modules is loaded when it is asked for: what puts targets back loads nothing else.
"""

from importlib import import_module
from typing import cast

from snapback.protocol.contract import Act, Plan, Tell, Undo

FAULTS = {
    "delete-mappings": "snapback.faults.mappings.delete",
    "disable-mappings": "snapback.faults.mappings.disable",
}


def plan(fault: str) -> Plan:
    """How targets of a fault are chosen and proved."""
    return cast(Plan, import_module(f"{FAULTS[fault]}.plan"))


def act(fault: str) -> Act:
    """How a fault is injected."""
    return cast(Act, import_module(f"{FAULTS[fault]}.act"))


def undo(fault: str) -> Undo:
    """How targets of a fault are put back."""
    return cast(Undo, import_module(f"{FAULTS[fault]}.undo"))


def tell(fault: str) -> Tell:
    """What is told of a fault."""
    return cast(Tell, import_module(f"{FAULTS[fault]}.tell"))
