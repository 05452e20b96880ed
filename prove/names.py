"""How everything that the kit makes is called, so that it can be found again."""

from __future__ import annotations

import re
import secrets

PREFIX = "SnapbackProof"
TAG = "snapback:proof"
"""The tag of everything that the kit makes; its value is the stack's name."""
PRODUCT, WORKLOAD, OTHER = "Product", "Workload", "Other"
"""The stacks in the assembly; deployed, the product's is called as the run, the others beside it."""
SOURCES = ("msk", "mq", "docdb")
"""The flagged sources, each a stack of its own."""
_RUN = re.compile(rf"({PREFIX}[0-9a-f]{{6}})(-|$)")
_BUCKET = re.compile(rf"{PREFIX.lower()}([0-9a-f]{{6}})-(\d{{12}})-([a-z0-9-]+)")


def fresh() -> str:
    """A name for a run: what the stack is called."""
    return f"{PREFIX}{secrets.token_hex(3)}"


def bucket(name: str, account_id: str, region: str) -> str:
    """The bucket of a run's files in a Region."""
    return f"{name.lower()}-{account_id}-{region}"


def run_of_stack(stack: str) -> str:
    """The run that a stack of this name can be of; empty for a name that the kit never gives."""
    found = _RUN.match(stack)
    return found[1] if found else ""


def run_of_bucket(name: str, account_id: str) -> tuple[str, str]:
    """The run and the Region of a bucket; both empty for a name that the kit never gives."""
    found = _BUCKET.fullmatch(name)
    if not found or found[2] != account_id:
        return "", ""
    return PREFIX + found[1], found[3]
