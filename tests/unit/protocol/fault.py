"""A fault on a function's reserved concurrency, whose every answer the test chooses."""
# ruff: noqa: ARG002  # it answers whatever it is asked about

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from snapback.model.effects import Call, Step
from snapback.model.experiment import Experiment
from snapback.model.records import (
    RESTORER,
    Meta,
    Snapshot,
    Target,
    lock_key,
    meta_key,
    target_key,
)
from snapback.model.steps import done
from snapback.protocol.contract import (
    Breaking,
    Captured,
    Failed,
    InForce,
    Pending,
    Settled,
    Terms,
    Unfit,
    View,
)
from tests.fakes.answers import refused
from tests.fakes.switch import act, undo
from tests.fakes.world import World

BUSY = refused("TooManyRequestsException", 429)
GONE = refused("ResourceNotFoundException", 404)
NO_ANSWER = refused("ReadTimeoutError", 0)
BREAK = "PutFunctionConcurrency"


@dataclass
class Fault:
    """Its parts `act` and `undo` in one; what it is not asked about here is that of a switch.

    `due` are its stages; `force` is asked in turn whether a change holds, and it does where nothing
    is left to answer; `attempts` are the ends of the attempts to restore, the last one for good.
    """

    due: tuple[float, ...] = (0,)
    force: list[InForce | Pending | Failed] = field(default_factory=list)
    attempts: list[Settled | Pending] = field(default_factory=lambda: [Settled("restored")])
    found: dict[str, Captured | Unfit] = field(default_factory=dict)
    ends: tuple[float, ...] = (0,)
    unfit: str = ""

    locks = staticmethod(act.locks)
    look = staticmethod(act.look)
    sample = staticmethod(act.sample)
    sources = staticmethod(act.sources)
    verify = staticmethod(undo.verify)
    by_hand = staticmethod(undo.by_hand)

    def foreign(self, target: Target, experiment: Experiment) -> str:
        return ""

    def snapshot(
        self, target: Target, terms: Terms, view: View
    ) -> Step[Captured | Unfit | Pending]:
        as_it_is = Captured(target.key, {"at": terms.captured_at}, {"undo": terms.captured_at})
        return done(self.found.get(target.key, as_it_is))

    def stages(self, target: Target) -> tuple[float, ...]:
        return self.due

    def inject(self, target: Target, stage: int, view: View) -> Step[Breaking | Unfit]:
        if self.unfit:
            return done(Unfit(self.unfit))
        params = {"FunctionName": target.name, "ReservedConcurrentExecutions": stage}
        call = Call("lambda", BREAK, params, changes=True, gone=("ResourceNotFoundException",))
        return done(Breaking(call, self.ends[min(stage, len(self.ends) - 1)]))

    def in_force(self, target: Target, stage: int) -> Step[InForce | Pending | Failed]:
        return done(self.force.pop(0) if self.force else InForce(target.injected_at))

    def restore(self, target: Target, view: View) -> Step[Settled | Pending]:
        return done(self.attempts.pop(0) if len(self.attempts) > 1 else self.attempts[0])


META = Meta("run", "running", "arn:run", Experiment(function_name="orders"), deadline=0)
SNAPSHOT = Snapshot({"was": 1}, {"undo": 1}, {"was": 1}, "snapshot")


def put_meta(world: World, meta: Meta = META) -> None:
    """Store an open experiment."""
    world.put(meta_key(meta.experiment_id), meta.item() | {"open": "yes"})


def put(world: World, status: str, **changes: Any) -> Target:
    """Store a target of an experiment, with its snapshot and its locks."""
    first = Target("run", "k", status, "orders", ("k",), captured_by="snapshot", snapshot=SNAPSHOT)
    target = replace(first, **changes)
    put_meta(world)
    record = asdict(target)
    world.put(target.snapshot_at, record.pop("snapshot"))
    announced = {f"{RESTORER}{name}": at for name, at in record.pop("restorers").items()}
    record.pop("sk")
    world.put(target.at, record | announced)
    for lock in target.locks:
        world.put(lock_key(lock), {"owner": "run"})
    return target


def stored(world: World, key: str = "k", batch: int = 0) -> Target:
    """The target as its record is now, without its snapshot."""
    return Target.of(world.items[target_key("run", key, batch)])


def change(world: World, **values: Any) -> None:
    """Let someone else change the record of the target."""
    key = target_key("run", "k")
    world.put(key, {**world.items[key], **values})


def sent_at(world: World) -> list[float]:
    """When each change was sent."""
    return [at for at, call in zip(world.called_at, world.calls, strict=True) if call.changes]
