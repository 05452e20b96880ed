"""What the kit observes, as values: each kind is what one or more checks judge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a mapping stayed in a state."""

    source: str
    state: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call answered while a mapping was in a state; an accepted one has no code."""

    call: str
    state: str
    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class MappingLives:
    """Mappings that were watched from their creation until they were gone."""

    stays: tuple[Stay, ...]
    replies: tuple[Reply, ...]
    """To changes that were sent while a mapping was in transition."""


@dataclass(frozen=True, slots=True)
class Recreation:
    """Creates that were sent right after the delete of a mapping with the same key."""

    old_uuid: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """The members of a mapping in raw responses that the SDK's model does not have."""

    responses: int
    beside_the_model: tuple[str, ...]
    """With their values."""
    refused: tuple[str, ...]
    """Those for which Snapback refuses a mapping."""


@dataclass(frozen=True, slots=True)
class Run:
    """An experiment: how it ended, and whether its mappings were then as before."""

    name: str
    status: str
    error: str
    targets: int
    verified: int
    equal: bool
    """By the kit's own comparison of every setting, state and tag."""
    seconds: float


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """The experiments on the cheap sources of the workload."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class OtherRegion:
    """An experiment on a mapping in a second Region."""

    region: str
    run: Run


@dataclass(frozen=True, slots=True)
class MskRoundTrip:
    """An experiment on a mapping of MSK, and its consumer groups before and after."""

    run: Run
    groups: tuple[str, str]


@dataclass(frozen=True, slots=True)
class MqRoundTrip:
    """An experiment on a mapping of Amazon MQ."""

    run: Run


@dataclass(frozen=True, slots=True)
class DocumentDbRoundTrip:
    """An experiment on a mapping of DocumentDB."""

    run: Run


@dataclass(frozen=True, slots=True)
class HandlerLog:
    """What a handler's log group says of its invocations."""

    handler: str
    invocations: int
    denials: tuple[str, ...]
    init_milliseconds: tuple[float, ...]
    billed_milliseconds: float


@dataclass(frozen=True, slots=True)
class HandlerLogs:
    """The logs of every handler of the stack."""

    handlers: tuple[HandlerLog, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a role may do something: as simulated, and as it was when it did."""

    action: str
    on: str
    simulated: bool
    allowed: bool
    code: str = ""
    """Of the refusal."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Calls of a role that may change mappings of one function and of no other."""

    of_its_function: tuple[Decision, ...]
    of_another: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """How a service says that something does not exist, and the names that Snapback knows for it."""

    service: str
    operation: str
    code: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absences:
    """What was asked for that does not exist."""

    asked: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the numbered records of a source that was away while they were written."""

    source: str
    written: int
    lost: tuple[int, ...]
    twice_or_more: int
    partitions: int
    position: str = ""
    """The recreated mapping's StartingPosition."""
    before_break_seconds: float | None = None
    """How long before the break it starts, where it starts at a timestamp."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Every source that was written to through the runs."""

    sources: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class AgeMinute:
    """When the iterator age of a minute was published, and until when it still rose.

    Seconds after the end of the minute.
    """

    first_seen_seconds: float
    first_milliseconds: float
    last_risen_seconds: float
    last_milliseconds: float


@dataclass(frozen=True, slots=True)
class IteratorAges:
    """The iterator age of the workload's function, looked at again and again."""

    watched_seconds: float
    minutes: tuple[AgeMinute, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """The messages that an on-failure destination received for records that failed."""

    records: int
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The account's concurrency as GetAccountSettings answers it; None where a member is absent."""

    concurrent: int | None
    unreserved: int | None


@dataclass(frozen=True, slots=True)
class MachineCase:
    """A small state machine that fails on purpose inside a Catch, and how it ended."""

    fails_with: str
    status: str
    caught: str
    """The error that its Catch was given, or an empty string."""
    ended_with: str
    """The error of the execution, or an empty string."""


@dataclass(frozen=True, slots=True)
class MachineCases:
    """What a Catch catches."""

    path: MachineCase
    """A JSONPath that is not there."""
    expression: MachineCase
    """A JSONata expression that fails."""


@dataclass(frozen=True, slots=True)
class Redrive:
    """A stopped and restored execution that was redriven."""

    refused: str
    """Why it could not be redriven, or an empty string."""
    status: str
    equal: bool
    """Whether the mappings were as before, afterwards."""
    left_open: int
    """Items of the experiment that were still open then."""


@dataclass(frozen=True, slots=True)
class Stop:
    """An execution that was stopped, and its mapping afterwards."""

    state: str
    """The state that it was stopped in."""
    status: str
    back_seconds: float | None
    """How long after the stop everything was as before for good; None is never."""


@dataclass(frozen=True, slots=True)
class Stops:
    """Executions that were stopped at different moments."""

    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class SilentStop:
    """A stop while the rule that starts the rescue was switched off."""

    stop: Stop
    restores: int
    """How many restore executions the sweeper started."""


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """An execution that ended, and its event of it."""

    name: str
    status: str
    delay_seconds: float | None
    """How long after the end the event was received; None is never."""


@dataclass(frozen=True, slots=True)
class StatusEvents:
    """The events of every execution."""

    executions: tuple[StatusEvent, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that subscribers should have received, and the one that they did."""

    of: str
    must_hold: tuple[str, ...]
    """What its text must contain."""
    received: str


@dataclass(frozen=True, slots=True)
class Notices:
    """Messages of the notification topic, as a subscribed queue received them."""

    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms that subscribers were told of while nothing was wrong with the stack."""

    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EncryptedFilters:
    """An experiment on a mapping whose filters are encrypted with a customer's key."""

    run: Run
    error_shown: bool
    """Whether a caller who may not decrypt sees a FilterCriteriaError."""
    filters_shown: bool
    """Whether that caller sees the filters."""


@dataclass(frozen=True, slots=True)
class TableWrites:
    """A write to Snapback's table by the kit, which is none of its roles."""

    code: str
    """Of the refusal, or an empty string."""


@dataclass(frozen=True, slots=True)
class Removal:
    """The removal of the stack while an experiment was open."""

    status: str
    seconds: float
    targets_away: int
    """Mappings that were gone when the removal began."""
    equal: bool
    """Whether every mapping was as before when the guard was gone."""
    order: tuple[str, ...]
    """Kinds of the stack's resources in the order in which they were gone."""
    left: tuple[str, ...]
    """What was left of the stack."""


@dataclass(frozen=True, slots=True)
class Managed:
    """A mapping that a CloudFormation stack owns."""

    tags: tuple[str, ...]
    """The names of its `aws:` tags."""
    refused: str
    """Why an experiment without `allow_managed` was refused, or an empty string."""
    run: Run
    lost_tags: tuple[str, ...]
    update: str
    """The status of the stack after an update of the mapping that was recreated."""
    reason: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """An experiment on many mappings of one function."""

    run: Run
    throttled: int
    """Answers of Lambda that the handlers' logs call throttled."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The run's cost by list prices: as planned, and from what it used."""

    planned_dollars: float
    used_dollars: float
    usage: tuple[str, ...]
