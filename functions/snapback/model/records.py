"""The items of the table: their keys, their life cycles, and the writes that move them on.

One partition per experiment holds META, two items per target (where it stands, and its snapshot)
and a sample per observation; each lock is a partition of its own, shared by all experiments.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from math import ceil
from typing import Any, Self

from snapback.model.effects import Change, Document, Item, Key, Write
from snapback.model.experiment import Experiment

RESTORER = "restorer#"
"""The prefix of a target's attributes that announce restorers; each value is a `quiet_at`."""

VERSION = 2
"""Written into every item, so that a later restore can read what an earlier one wrote."""

OPEN = ("preparing", "running", "restoring")
TERMINAL = ("skipped", "restored", "conflict", "abandoned")
UNTOUCHED = ("reserved", "captured")
BROKEN = ("injecting", "injected")
TOUCHED = (*BROKEN, "restoring")

TARGETS, SNAPSHOTS, SAMPLES = "target#", "target-snapshot#", "sample#"
"""The prefix of the sort keys of each kind of item."""

AT_ONCE = 5
"""How many batches are injected side by side: all of them share one budget of requests."""

BATCH_TARGETS = 80
"""The most targets of a batch: more would not be broken in the time of one injection."""

MOST_BATCHES = 40
"""Step Functions runs so many side by side in an inline Map: none waits for another's restore."""


def batch_count(targets: int) -> int:
    """How many batches so many targets make that are broken together."""
    return max(min(AT_ONCE, targets), ceil(targets / BATCH_TARGETS))


def partition(experiment_id: str) -> str:
    """The partition that holds everything about one experiment."""
    return f"experiment#{experiment_id}"


def meta_key(experiment_id: str) -> Key:
    """The experiment's own item."""
    return Key(partition(experiment_id), "meta")


def of_batch(kind: str, batch: int) -> str:
    """The prefix of the sort keys of a batch's targets, or of their snapshots."""
    return f"{kind}{batch:04}#"


def target_key(experiment_id: str, key: str, batch: int = 0) -> Key:
    """Where a target stands: a small item, written at every step."""
    return Key(partition(experiment_id), of_batch(TARGETS, batch) + key)


def snapshot_key(experiment_id: str, key: str, batch: int = 0) -> Key:
    """What the same target was, and what puts it back: written by each capture."""
    return Key(partition(experiment_id), of_batch(SNAPSHOTS, batch) + key)


def sample_key(experiment_id: str, at: float) -> Key:
    """The observation made at an epoch time in seconds."""
    return Key(partition(experiment_id), f"{SAMPLES}{at:017.3f}")


def warnings_key(experiment_id: str) -> Key:
    """What the report has to warn of: apart from the experiment's own item, which is often written."""
    return Key(partition(experiment_id), "warnings")


def report_key(experiment_id: str) -> Key:
    """The finished report."""
    return Key(partition(experiment_id), "report")


def lock_key(name: str) -> Key:
    """A lock, which only one experiment at a time may own."""
    return Key(f"lock#{name}", "lock")


@dataclass(frozen=True, slots=True)
class Turn:
    """One cycle in which a target was broken and put back; times in epoch seconds."""

    name: str
    new_name: str
    broken_at: float
    restored_at: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a target was when it was captured, and what puts it back.

    `original` is the document of the first cycle, which the target is verified against after the
    last; it is stored once it differs. `captured_by` is the attempt that read it: a target names the
    capture that is its own.
    """

    document: Document = field(default_factory=dict)
    undo: Document = field(default_factory=dict)
    original: Document = field(default_factory=dict)
    captured_by: str = ""

    @classmethod
    def of(cls, item: Document) -> Self:
        """A snapshot from its item; attributes that this version does not know are left out."""
        first = {"original": item.get("document", {})}
        return cls(**first | _known(cls, item))

    def item(self) -> Item:
        """Its attributes as they are stored."""
        item = asdict(self) | {"version": VERSION}
        if self.original == self.document:
            del item["original"]
        return item


@dataclass(frozen=True, slots=True)
class Target:
    """One target of one experiment: `reserved → captured → injecting → injected → restoring → …`.

    Times are epoch seconds, 0 for never. `broken_at` is when its first change was announced, the
    earliest that it can have landed; `injected_at` when AWS acknowledged the last change;
    `in_force_at` when the fault took hold; `fault_ends_at` when it ends by itself, if it does.
    """

    experiment_id: str
    key: str
    status: str
    name: str
    locks: tuple[str, ...] = ()
    batch: int = 0
    cycle: int = 0
    stage: int = 0
    """The change that was announced last, counted from 0."""
    stages_in_force: int = 0
    """How many changes hold."""
    captured_at: float = 0
    captured_by: str = ""
    owner: str = ""
    quiet_at: float = 0
    came_from: str = ""
    broken_at: float = 0
    injected_at: float = 0
    in_force_at: float = 0
    fault_ends_at: float = 0
    restoring_since: float = 0
    restored_at: float = 0
    new_name: str = ""
    reason: str = ""
    acknowledged: bool = False
    """Whether the request that put it back was acknowledged: what it named is as it was sent."""
    verification: Document = field(default_factory=dict)
    history: tuple[Turn, ...] = ()
    restorers: Mapping[str, float] = field(default_factory=dict)
    """The announced restorers, but for those that had an answer to each of their requests; and until
    when such a request may land."""
    snapshot: Snapshot = Snapshot()
    sk: str = field(default="", compare=False)
    """The sort key of its item, once that was read: in a record of version 1 it names no batch."""

    @classmethod
    def of(cls, item: Document, snapshot: Snapshot = Snapshot()) -> Self:
        """A target from its item; attributes that this version does not know are left out."""
        restorers = {
            name.removeprefix(RESTORER): value
            for name, value in item.items()
            if name.startswith(RESTORER)
        }
        values = _known(cls, item) | {
            "key": item.get("key") or item["sk"].removeprefix(of_batch(TARGETS, item["batch"])),
            "locks": tuple(item.get("locks", ())),
            "history": tuple(Turn(**each) for each in item.get("history", ())),
        }
        return cls(**values | {"restorers": restorers, "snapshot": snapshot})

    def captured(self, document: Document, undo: Document) -> Self:
        """The target as it would be stored after a capture."""
        return replace(self, status="captured", snapshot=Snapshot(document, undo))

    @property
    def at(self) -> Key:
        """Its item."""
        stored = Key(partition(self.experiment_id), self.sk)
        return stored if self.sk else target_key(self.experiment_id, self.key, self.batch)

    @property
    def snapshot_at(self) -> Key:
        """The item of its snapshot."""
        item = self.at
        return item._replace(sk=SNAPSHOTS + item.sk.removeprefix(TARGETS))

    @property
    def undo(self) -> Document:
        """What puts it back."""
        return self.snapshot.undo

    @property
    def terminal(self) -> bool:
        """Whether nothing more happens to it in this cycle."""
        return self.status in TERMINAL

    @property
    def back(self) -> bool:
        """Whether it is as it was, so that nothing of its record is needed any more."""
        return self.status in ("skipped", "restored")

    @property
    def live_name(self) -> str:
        """What it is called now."""
        return self.new_name or self.name

    @property
    def was_restored(self) -> bool:
        """Whether its last cycle put it back, or an earlier one where the last left it untouched."""
        return self.status == "restored" or (self.status == "skipped" and bool(self.history))

    @property
    def pending(self) -> bool:
        """Whether AWS took its last change, and the change does not hold yet."""
        return self.status == "injected" and self.stages_in_force <= self.stage

    @property
    def surely_broken(self) -> bool:
        """Whether a change of it was acknowledged; else its only one may never have landed."""
        return self.came_from == "injected" or self.stage > 0

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every cycle of it, the last one included."""
        last = Turn(self.name, self.new_name, self.broken_at, self.restored_at, self.reason)
        return (*self.history, last)

    @property
    def restorers_quiet_at(self) -> float:
        """The epoch second after which no request of any restorer can land; 0 if none is left."""
        return max(self.restorers.values(), default=0)

    def past_restorers(self, now: float) -> tuple[str, ...]:
        """The attributes of announced restorers that can no longer change anything."""
        return tuple(RESTORER + owner for owner, quiet in self.restorers.items() if quiet <= now)

    def change(
        self,
        to: str,
        *,
        expect: tuple[str, ...],
        owner: str | None = None,
        values: Document | None = None,
        remove: tuple[str, ...] = (),
    ) -> Change:
        """The change to a status, if it is in an expected one of this cycle (and of this owner)."""
        condition: dict[str, tuple[Any, ...]] = {"status": expect, "cycle": (self.cycle,)}
        if owner is not None:
            condition["owner"] = (owner,)
        return Change(self.at, (condition,), {"status": to, **(values or {})}, remove)

    def after(self, change: Change) -> Self:
        """The target once a change of its record was made."""
        announced = {RESTORER + name: quiet_at for name, quiet_at in self.restorers.items()}
        item = {**asdict(replace(self, snapshot=Snapshot())), **announced, **change.set}
        left = {name: value for name, value in item.items() if name not in change.remove}
        return self.of(left, self.snapshot)

    def move(
        self,
        to: str,
        *,
        expect: tuple[str, ...],
        owner: str | None = None,
        values: Document | None = None,
        remove: tuple[str, ...] = (),
    ) -> Write:
        """The write of that change alone."""
        change = self.change(to, expect=expect, owner=owner, values=values, remove=remove)
        return Write((change,))


@dataclass(frozen=True, slots=True)
class Round:
    """One fault window: wait, break the batches, hold, and put some batches back.

    `restores` are the batches that are put back after it, and `beside` those that may stay broken
    while it runs, as where one target is tried and the others are not yet. `hold_seconds` is the
    pause before the window is looked at for the first time.
    """

    number: int
    cycle: int
    wait_seconds: int
    hold_seconds: int
    batches: tuple[int, ...]
    restores: tuple[int, ...]
    beside: tuple[int, ...] = ()

    @classmethod
    def of(cls, stored: Document) -> Self:
        """A round read back from its record."""
        lists = {name: tuple(stored[name]) for name in ("batches", "restores", "beside")}
        return cls(**{**stored, **lists})


@dataclass(frozen=True, slots=True)
class Meta:
    """One experiment: `preparing → running → restoring → closed`.

    `rounds` are its fault windows in order, `deadline` the epoch second at which the sweeper stops
    trusting its execution.
    """

    experiment_id: str
    status: str
    execution_arn: str
    experiment: Experiment
    deadline: float
    started_at: float = 0
    rounds: tuple[Round, ...] = ()
    restore_attempt: int = 0
    restore_execution_arn: str = ""
    closed_at: float = 0
    reason: str = ""
    failure: Mapping[str, str] | None = None
    warnings: tuple[str, ...] = ()
    target_count: int = 0

    @classmethod
    def of(cls, item: Document) -> Self:
        """An experiment from its item; unknown attributes are left out."""
        values = _known(cls, item) | {
            "experiment": Experiment.of(item["experiment"]),
            "rounds": tuple(map(Round.of, item.get("rounds", ()))),
            "warnings": tuple(item.get("warnings", ())),
        }
        return cls(**values)

    def item(self) -> Item:
        """Its attributes as they are stored, but for the warnings, which are an item of their own."""
        stored = asdict(self) | {"version": VERSION, "experiment": self.experiment.stored()}
        del stored["warnings"]
        return stored

    @property
    def batches(self) -> list[int]:
        """Every batch of every round, once."""
        return sorted({batch for each in self.rounds for batch in each.batches})

    def move(self, *, expect: tuple[str, ...], **changes: Any) -> Write:
        """A conditional write to the experiment's own item."""
        return Write(
            (Change(meta_key(self.experiment_id), any_of=({"status": expect},), set=changes),)
        )


def _known(cls: type[Any], item: Document) -> dict[str, Any]:
    known = {each.name for each in fields(cls)}
    return {name: value for name, value in item.items() if name in known}
