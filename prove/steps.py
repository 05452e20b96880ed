"""Everything that is asked, in order: what each step gives, how long it takes, and beside what it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infra.definitions import load
from prove.evidence import (
    Absences,
    Alarms,
    Cost,
    Crowd,
    Decisions,
    Deliveries,
    DocumentDbRoundTrip,
    EarlyAbandonment,
    EncryptedFilters,
    HandlerLogs,
    IteratorAges,
    Letters,
    Limits,
    MachineCases,
    Managed,
    MappingLives,
    MqRoundTrip,
    MskRoundTrip,
    Notices,
    OtherRegion,
    Recreation,
    Redrive,
    Removal,
    RoundTrips,
    SilentStop,
    StatusEvents,
    Stops,
    TableWrites,
    Wire,
)
from prove.gather.ages import ages
from prove.gather.crowd import crowd
from prove.gather.decisions import decisions
from prove.gather.encrypted import encrypted, table
from prove.gather.lives import lives
from prove.gather.lookups import absences, limits
from prove.gather.machines import machines
from prove.gather.managed import managed
from prove.gather.messages import letters, notices
from prove.gather.removal import removal
from prove.gather.round_trips import clusters, other_region, round_trips
from prove.gather.spending import logs_and_cost
from prove.gather.stops import stops, unnoticed
from prove.gather.wire import wire
from prove.world import World
from snapback.model.timings import Timings


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the evidence that it gives."""

    title: str
    gives: tuple[type, ...]
    gather: Callable[[World], Iterator[object]]
    minutes: float
    """How long it may take on AWS."""
    runs: int = 0
    """How many experiments it starts."""
    flagged: bool = False
    """Whether only flagged sources need it."""
    handlers: tuple[str, ...] = ()
    """Those that it surely runs and that not every step does."""


EXPERIMENT, RESTORE, ABANDON = (
    load(name, Timings()).functions for name in ("experiment", "restore", "abandon")
)


LANES: tuple[tuple[Step, ...], ...] = (
    (
        Step("watch mappings from creation to deletion, and change them meanwhile",
             (MappingLives, Recreation), lives, 5),
        Step("do as a role with a condition what it may and may not", (Decisions,), decisions, 2),
        Step("stop executions, each in another state", (Stops,), stops, 8, runs=12,
             handlers=(*EXPERIMENT, *RESTORE)),
        Step("stop one that no event tells of, and redrive it", (SilentStop, Redrive), unnoticed,
             7, runs=2, handlers=("Sweep",)),
        Step("break and restore sixty mappings at once", (Crowd,), crowd, 8, runs=1),
    ),
    (
        Step("let a function fail, and read what Lambda says of it", (Letters,), letters, 4),
        Step("break and restore every source while numbered records come",
             (RoundTrips, Deliveries), round_trips, 27, runs=4),
    ),
    (
        Step("read the account's concurrency", (Limits,), limits, 1),
        Step("ask six services for what does not exist", (Absences,), absences, 1),
        Step("write to Snapback's table as somebody else", (TableWrites,), table, 1),
        Step("break and restore a mapping with encrypted filters", (EncryptedFilters,), encrypted,
             6, runs=1),
        Step("read every mapping as it is on the wire", (Wire,), wire, 1),
        Step("run two machines that fail inside a Catch", (MachineCases,), machines, 1),
        Step("break and restore a mapping in a second Region", (OtherRegion,), other_region, 6,
             runs=1),
        Step("recreate a mapping that a stack owns, and update the stack", (Managed,), managed, 10,
             runs=2),
        Step("break and restore the flagged sources",
             (MskRoundTrip, MqRoundTrip, DocumentDbRoundTrip), clusters, 10, runs=1, flagged=True),
    ),
    (
        Step("watch the iterator age as CloudWatch publishes it", (IteratorAges,), ages, 15),
    ),
)  # fmt: skip
"""Steps beside each other, those of a lane in order: no two lanes change the same mappings."""

AT_THE_END: tuple[Step, ...] = (
    Step("receive every notification and every event of an execution", (EarlyAbandonment, Notices, Alarms, StatusEvents),
         notices, 4, runs=5, handlers=(*ABANDON, "Notify", "ReleaseTargets")),
    Step("read the handlers' logs, and count what the run used", (HandlerLogs, Cost),
         logs_and_cost, 1),
    Step("delete the stack while an experiment is open", (Removal,), removal, 9, runs=1, handlers=("Guard",)),
)  # fmt: skip
"""Steps after all others, in order; the last one removes the product."""

EVERY_STEP = (*(step for lane in LANES for step in lane), *AT_THE_END)
