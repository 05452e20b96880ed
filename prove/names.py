"""How everything that the kit makes is called, so that it can be found again."""

from __future__ import annotations

import secrets

PREFIX = "SnapbackProof"
TAG = "snapback:proof"
"""The tag of everything that the kit makes; its value is the stack's name."""
PRODUCT, WORKLOAD, OTHER = "Product", "Workload", "Other"
"""The stacks in the assembly; deployed, the product's is called as the run, the others beside it."""
SOURCES = ("msk", "mq", "docdb")
"""The flagged sources, each a stack of its own."""


def fresh() -> str:
    """A name for a run: what the stack is called."""
    return f"{PREFIX}{secrets.token_hex(3)}"


def bucket(name: str, account_id: str, region: str) -> str:
    """The bucket of a run's files in a Region."""
    return f"{name.lower()}-{account_id}-{region}"
