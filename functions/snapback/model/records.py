"""The items of the table: their keys, their life cycles, and the writes that move them on.

One partition per experiment holds META, a target item per target and a sample per observation;
each lock is a partition of its own, shared by all experiments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from snapback.faults.mappings.mapping import unqualified
from snapback.model.effects import Change, Key, Write

RESTORER = "restorer#"
"""How an attribute of a target is named that announces a restorer; its value is its `quiet_at`."""

VERSION = 1
"""Written into every item, so that a later restore can read what an earlier one wrote."""

OPEN = ("preparing", "running", "restoring")
TERMINAL = ("skipped", "restored", "conflict", "abandoned")
UNTOUCHED = ("reserved", "captured")
TOUCHED = ("injecting", "injected", "restoring")


def partition(experiment_id: str) -> str:
    """The partition that holds everything about one experiment."""
    return f"experiment#{experiment_id}"


def meta_key(experiment_id: str) -> Key:
    """The experiment's own item."""
    return Key(partition(experiment_id), "meta")


def target_key(experiment_id: str, key: str) -> Key:
    """The item of the target that `key` makes unique."""
    return Key(partition(experiment_id), f"target#{key}")


def sample_key(experiment_id: str, at: float) -> Key:
    """The observation made at an epoch time in seconds."""
    return Key(partition(experiment_id), f"sample#{at:017.3f}")


def report_key(experiment_id: str) -> Key:
    """The finished report."""
    return Key(partition(experiment_id), "report")


def lock_key(key: str) -> Key:
    """The lock of a target, which only one experiment at a time may own.

    Mappings from one source to several versions or aliases of a function share it: what an
    experiment finds beside its target must not be another one's.
    """
    source, *rest = key.split("|")
    shared = "|".join((source, *map(unqualified, rest[:1]), *rest[1:]))
    return Key(f"lock#{shared}", "lock")


@dataclass(frozen=True, slots=True)
class Target:
    """One target of one experiment: `reserved → captured → injecting → injected → restoring → …`.

    Times are epoch seconds. `snapshot` is what the fault read under the lock, `request` the exact
    call that will put the target back; both are written before anything is touched. `original` is
    the snapshot of the first cycle, which the target is verified against after the last.
    """

    experiment_id: str
    key: str
    status: str
    uuid: str
    batch: int = 0
    cycle: int = 0
    original: Mapping[str, Any] = field(default_factory=dict)
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    captured_at: float = 0
    owner: str = ""
    quiet_at: float = 0
    came_from: str = ""
    detached_at: float = 0
    injected_at: float = 0
    restoring_since: float = 0
    restored_at: float = 0
    new_uuid: str = ""
    reason: str = ""
    verification: Mapping[str, Any] = field(default_factory=dict)
    history: tuple[Mapping[str, Any], ...] = ()
    restorers: Mapping[str, float] = field(default_factory=dict)
    """Who has announced to put it back and not said that all its requests were answered, and until
    when such a request may land."""

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Self:
        """A target from its item; attributes that this version does not know are left out."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in item.items() if name in known}
        values["history"] = tuple(values.get("history", ()))
        values["restorers"] = {
            name.removeprefix(RESTORER): value
            for name, value in item.items()
            if name.startswith(RESTORER)
        }
        return cls(**values)

    def captured(self, snapshot: Mapping[str, Any], request: Mapping[str, Any]) -> Self:
        """The target as it would be stored after a capture."""
        return replace(self, status="captured", snapshot=snapshot, request=request)

    @property
    def terminal(self) -> bool:
        """Whether nothing more happens to it in this cycle."""
        return self.status in TERMINAL

    @property
    def live_uuid(self) -> str:
        """The mapping that stands for the target now."""
        return self.new_uuid or self.uuid

    @property
    def was_restored(self) -> bool:
        """Whether its last cycle, or one before it in which it was touched, has put it back."""
        return self.status == "restored" or (self.status == "skipped" and bool(self.history))

    @property
    def restorers_quiet_at(self) -> float:
        """The epoch second after which no request of any restorer can land; 0 if none is left."""
        return max(self.restorers.values(), default=0)

    def past_restorers(self, now: float) -> tuple[str, ...]:
        """The attributes of those who announced themselves and can no longer change anything."""
        return tuple(RESTORER + owner for owner, quiet in self.restorers.items() if quiet <= now)

    def move(
        self,
        to: str,
        *,
        expect: tuple[str, ...],
        owner: str | None = None,
        remove: tuple[str, ...] = (),
        **changes: Any,
    ) -> Write:
        """The conditional write of its next status, if it is in an expected one (and so owned)."""
        condition: dict[str, tuple[Any, ...]] = {"status": expect, "cycle": (self.cycle,)}
        if owner is not None:
            condition["owner"] = (owner,)
        return Write(
            (
                Change(
                    target_key(self.experiment_id, self.key),
                    any_of=(condition,),
                    set={"status": to, **changes},
                    remove=remove,
                ),
            )
        )


@dataclass(frozen=True, slots=True)
class Meta:
    """One experiment: `preparing → running → restoring → closed`.

    `rounds` are its fault windows in order (see `snapback.run.rounds`), `deadline` the epoch second at
    which the sweeper stops trusting its execution.
    """

    experiment_id: str
    status: str
    execution_arn: str
    experiment: Mapping[str, Any]
    deadline: float
    started_at: float = 0
    rounds: tuple[Mapping[str, Any], ...] = ()
    restore_attempt: int = 0
    restore_execution_arn: str = ""
    closed_at: float = 0
    reason: str = ""
    failure: Mapping[str, str] | None = None
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Self:
        """An experiment from its item; unknown attributes are left out."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in item.items() if name in known}
        lists = {name: tuple(values.get(name, ())) for name in ("rounds", "warnings")}
        return cls(**(values | lists))

    @property
    def batches(self) -> list[int]:
        """Every batch of every round, once."""
        return sorted({batch for each in self.rounds for batch in each["batches"]})

    def move(self, *, expect: tuple[str, ...], **changes: Any) -> Write:
        """A conditional write to the experiment's own item."""
        return Write(
            (Change(meta_key(self.experiment_id), any_of=({"status": expect},), set=changes),)
        )
