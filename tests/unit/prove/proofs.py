"""Proofs for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from prove.check import Evidence
from prove.evidence import Cost, Limits, Stop, Stops
from prove.proof import Circumstances, document

RUN = Circumstances(
    name="SnapbackProofabc123",
    revision="1234567",
    account="XXXXXXXXXXXX",
    regions=("us-east-1", "eu-west-1"),
    began_at=1795285158,
    ended_at=1795287158,
    stopped="",
    left=(),
    planned_minutes=50,
    planned_dollars=1.5,
)


def proof(*found: object, on_lab: bool = False, missing: dict[type, str] | None = None,
          **changed: Any) -> dict[str, Any]:  # fmt: skip
    """A proof of what was found, by default of a little."""
    values = found or (Limits(1000, 900), Cost(1.5, 0.4, ("200 transitions",)))
    evidence = Evidence(
        on_lab=on_lab,
        sources=frozenset(),
        found={type(each): each for each in values},
        missing=missing or {},
    )
    return document(evidence, replace(RUN, **changed))


BAD_STOPS = Stops((Stop("Hold", "ABORTED", None),))
