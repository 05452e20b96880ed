"""What feeds a function: where it starts again, what becomes of its records, what is said of them."""

from __future__ import annotations

from prove.check import Answer, Check, Row, answer, not_applicable
from prove.evidence import (
    Deliveries,
    Delivery,
    IteratorAges,
    Letters,
    Limits,
)
from snapback.workload import letters

KNOWN_CONDITIONS = frozenset({
    "RetryAttemptsExhausted", "RecordAgeExceeded", "RetriesExhausted", "EventAgeExceeded",
    "ZeroReservedConcurrency",
})  # fmt: skip
"""The conditions that the developer guide names."""
JUDGED_AFTER_SECONDS = 60
"""How long after its end Snapback takes a minute without a data point for empty."""
STILL_RISING_SECONDS = 300
"""How long after its end Snapback still looks for a higher value."""


def nothing_lost(seen: Deliveries) -> Answer:
    """Pass if every record that was written was handled."""
    return answer(
        bool(seen.sources) and all(each.written and not each.lost for each in seen.sources),
        "; ".join(map(_delivered, seen.sources)),
    )


def positions(seen: Deliveries) -> Answer:
    """Pass if the stream of several shards started at a time before the break, and lost nothing."""
    sharded = [each for each in seen.sources if each.partitions > 1]
    if not sharded:
        return not_applicable("no source with more than one shard was written to")
    early = all(
        each.position == "AT_TIMESTAMP" and (each.before_break_seconds or 0) > 0 for each in sharded
    )
    held = early and not any(each.lost for each in sharded)
    return answer(held, "; ".join(map(_delivered, sharded)))


def ages(seen: IteratorAges) -> Answer:
    """Pass if the metric was published at all."""
    if not seen.minutes:
        return answer(False, f"no data point in {seen.watched_seconds:.0f} s")  # noqa: FBT003
    highest = max(each.last_milliseconds for each in seen.minutes)
    return answer(True, f"{len(seen.minutes)} minutes with data, at most {highest:.0f} ms")  # noqa: FBT003


def age_delay(seen: IteratorAges) -> Answer:
    """Pass if a minute is published before it is judged, and rises no longer than it is watched."""
    if not seen.minutes:
        return answer(False, f"no data point in {seen.watched_seconds:.0f} s")  # noqa: FBT003
    latest = max(each.first_seen_seconds for each in seen.minutes)
    rising = max(each.last_risen_seconds for each in seen.minutes)
    return answer(
        latest <= JUDGED_AFTER_SECONDS and rising <= STILL_RISING_SECONDS,
        f"published at the latest {latest:.0f} s after the end of its minute, and risen at the "
        f"latest {rising:.0f} s after; Snapback waits {JUDGED_AFTER_SECONDS} s and "
        f"{STILL_RISING_SECONDS} s, and watched {len(seen.minutes)} minutes",
    )


def shapes(seen: Letters) -> Answer:
    """Pass if every letter is recognised, with its condition."""
    if not seen.bodies:
        return answer(False, "no letter arrived")  # noqa: FBT003
    parsed = [letters.parse(each) for each in seen.bodies]
    conditions = sorted({each.condition for each in parsed if each})
    counted = sum(each.records for each in parsed if each)
    return answer(
        all(parsed) and set(conditions) <= KNOWN_CONDITIONS and counted == seen.records,
        f"{sum(map(bool, parsed))} of {len(parsed)} letters were recognised, with conditions "
        f"{', '.join(conditions) or 'none'} and {counted} of {seen.records} records",
    )


def limits(seen: Limits) -> Answer:
    """Pass if both members are numbers, the one not above the other."""
    told = (
        f"ConcurrentExecutions {seen.concurrent}, UnreservedConcurrentExecutions {seen.unreserved}"
    )
    if seen.concurrent is None or seen.unreserved is None:
        return answer(False, told)  # noqa: FBT003
    return answer(0 <= seen.unreserved <= seen.concurrent, told)


def _delivered(each: Delivery) -> str:
    lost = f"LOST {len(each.lost)}, the first {each.lost[0]}" if each.lost else "none lost"
    start = f", started at {each.position}" if each.position else ""
    if each.before_break_seconds is not None:
        start += f" {each.before_break_seconds:.0f} s before the break"
    over = f" over {each.partitions} shards" if each.partitions > 1 else ""
    return (
        f"{each.source}: {each.written} written{over}, {lost}, "
        f"{each.twice_or_more} more than once{start}"
    )


ROWS = (
    Row(
        what="A second stream mapping of the function that was deleted before the capture: its ages "
        "still show in the metric, as the newest if the other stream was quiet since, and it is no "
        "longer listed",
        why="nothing that Snapback can read tells of it",
        stands_in="a start at the oldest record wherever another mapping is listed",
        unanswerable="it is a limit of what can be read, and the same in every account",
    ),
    Row(
        what="`AT_TIMESTAMP` per shard, and iterator age as CloudWatch publishes it",
        why="the lab's shards are the emulator's, and the lab publishes the metric itself",
        stands_in="five minutes of margin, and `TRIM_HORIZON` where there is no data",
        checks=(
            Check(
                "positions",
                "Recreate the mapping of a stream with two shards while numbered records come to "
                "both.",
                Deliveries,
                positions,
            ),
            Check(
                "iterator-age",
                "Read the iterator age of the function that reads the stream.",
                IteratorAges,
                ages,
            ),
        ),
    ),
    Row(
        what="When CloudWatch publishes the iterator age of a minute, and how late it still rises",
        why="the lab publishes at once",
        stands_in="a minute is judged a minute after its end; the recovery is watched five minutes "
        "longer",
        checks=(
            Check(
                "iterator-age-delay",
                "Read every minute of that metric again and again.",
                IteratorAges,
                age_delay,
            ),
        ),
    ),
    Row(
        what="The messages that Lambda itself sends to an on-failure destination",
        why="their shapes are taken from the developer guide",
        stands_in="whatever has another shape is counted apart, never guessed at",
        checks=(
            Check(
                "letters",
                "Let a function fail on records of the stream until Lambda gives them up.",
                Letters,
                shapes,
            ),
        ),
        unanswerable="letters of asynchronous invocations are not asked for",
    ),
    Row(
        what="A drain that the account's concurrency really caps",
        why="no run in the lab has reached a limit",
        stands_in="the API's answer is taken as documented; if it refuses, the report says unknown",
        checks=(Check("concurrency", "Read the account's concurrency.", Limits, limits),),
        unanswerable="to reach the limit would throttle every other function of the account",
    ),
)
