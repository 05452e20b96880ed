"""Worlds for tests, in which no call is answered."""

from __future__ import annotations

import boto3

from prove.account import Account
from prove.limit import Limit
from prove.world import Pace, World

NUMBER = "123456789012"


def world(*said: list[str], **clusters: dict[str, str]) -> World:
    """A world whose clients have nobody to talk to; `said` takes what it says."""
    session = boto3.Session("AKIDEXAMPLE", "of-the-test", region_name="us-east-1")
    return World(
        account=Account(session, NUMBER, "us-east-1", "eu-west-1"),
        name="SnapbackProofabc123",
        product={},
        workload={},
        other={},
        clusters=clusters,
        standing=(),
        planned_dollars=0,
        limit=Limit(60, 1, 0, 0),
        pace=Pace.on_aws(),
        say=said[0].append if said else lambda _: None,
    )
