"""Experiments as a whole, on every source."""

from __future__ import annotations

from prove.check import Answer, Check, Row, answer
from prove.evidence import (
    Deliveries,
    DocumentDbRoundTrip,
    MqRoundTrip,
    MskRoundTrip,
    OtherRegion,
    RoundTrips,
    Run,
)
from prove.rows.sources import nothing_lost

NO_CLIENT = "the kit brings no Kafka client to write numbered records and commit offsets with"


def round_trips(seen: RoundTrips) -> Answer:
    """Pass if every experiment succeeded and every mapping was then as before."""
    told = "; ".join(map(_told, seen.runs)) or "no experiment ran"
    return answer(bool(seen.runs) and all(map(_held, seen.runs)), told)


def elsewhere(seen: OtherRegion) -> Answer:
    """Pass if the experiment in the other Region did as much."""
    return answer(_held(seen.run), f"{seen.region}: {_told(seen.run)}")


def msk(seen: MskRoundTrip) -> Answer:
    """Pass if the mapping came back with its consumer group."""
    before, after = seen.groups
    kept = f"consumer group {before or 'none'} before, {after or 'none'} after"
    return answer(
        _held(seen.run) and bool(before) and before == after, f"{_told(seen.run)}; {kept}"
    )


def mq(seen: MqRoundTrip) -> Answer:
    """Pass if the mapping came back equal."""
    return answer(_held(seen.run), _told(seen.run))


def documentdb(seen: DocumentDbRoundTrip) -> Answer:
    """Pass if the mapping came back equal."""
    return answer(_held(seen.run), _told(seen.run))


def _held(run: Run) -> bool:
    return run.status == "SUCCEEDED" and run.equal and 0 < run.targets == run.verified


def _told(run: Run) -> str:
    equal = "as before" if run.equal else "NOT as before"
    ended = run.status + (f" ({run.error})" if run.error else "")
    return f"{run.name} {ended} in {run.seconds:.0f} s, {run.verified} of {run.targets} {equal}"


ROWS = (
    Row(
        what="Experiments as a whole, on the sources that most functions have, and in a second "
        "Region",
        why="they have run in the lab only",
        stands_in="the lab runs the real handlers and moves real messages",
        checks=(
            Check(
                "round-trips",
                "Break and restore the mappings of a standard queue, a FIFO queue, a stream with "
                "two shards and a table, with both faults.",
                RoundTrips,
                round_trips,
                on_lab=True,
            ),
            Check(
                "nothing-lost",
                "Write numbered records while the mappings are away, and count which were handled.",
                Deliveries,
                nothing_lost,
                on_lab=True,
            ),
            Check(
                "second-region",
                "Break and restore a mapping in a second Region.",
                OtherRegion,
                elsewhere,
                on_lab=True,
            ),
        ),
    ),
    Row(
        what="MSK, self-managed Kafka, Amazon MQ, DocumentDB",
        why="the lab has no pollers for them",
        stands_in="offline round trips of their configurations against botocore's model",
        checks=(
            Check(
                "msk-round-trip",
                "Break and restore a mapping of a serverless MSK cluster.",
                MskRoundTrip,
                msk,
                source="msk",
            ),
            Check(
                "mq-round-trip",
                "Break and restore a mapping of an Amazon MQ broker.",
                MqRoundTrip,
                mq,
                source="mq",
            ),
            Check(
                "docdb-round-trip",
                "Break and restore a mapping of a DocumentDB cluster.",
                DocumentDbRoundTrip,
                documentdb,
                source="docdb",
            ),
        ),
        unanswerable="self-managed Kafka needs a cluster of your own, which the kit does not make",
    ),
    Row(
        what="That a recreated Kafka mapping resumes at the offsets of its consumer group",
        why="the lab has no pollers for Kafka",
        stands_in="the AWS documentation says so; the group is kept",
        unanswerable=NO_CLIENT,
    ),
    Row(
        what="That a partition without an offset starts at the mapping's timestamp where the rest "
        "of its group has offsets",
        why="the lab has no pollers for Kafka",
        stands_in="the AWS documentation speaks of the whole group; a mapping from `LATEST` is "
        "given a timestamp before the window",
        unanswerable=NO_CLIENT,
    ),
)
