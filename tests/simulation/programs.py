"""What each invocation does, as its handler does it: the domain's steps in the handler's order."""

from collections.abc import Generator, Mapping
from typing import Any

from snapback.faults.mappings.mapping import key_of
from snapback.model.clock import Clock
from snapback.model.effects import Answer, Call, Step
from snapback.model.errors import InvalidExperiment
from snapback.model.experiment import Experiment
from snapback.model.records import Meta
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.protocol.lifecycle import load, load_targets
from snapback.report.conclusion import conclude
from snapback.rescue.restoration import begin_restore, left_over, release, restore_target, take_over
from snapback.run.preparation import prepare
from snapback.run.window import inject_batch
from tests.fakes.mappings import Source
from tests.simulation.outside import Alive
from tests.simulation.source import STREAM

TIMINGS = Timings(settle_seconds=2)
EVERY_ERROR = {"Error": "States.TaskFailed", "Cause": "the window failed"}

INJECTOR_SECONDS = 100
ARN = "arn:aws:states:execution:"

type Running = Generator[Any, Any, Any]


def prepared(
    name: str, experiment: Experiment, chosen: list[dict[str, str]], clock: Clock
) -> Running:
    """Snapshot targets."""
    meta = Meta(
        experiment_id=name,
        status="preparing",
        execution_arn=ARN + name,
        experiment=experiment.stored(),
        started_at=clock(),
        deadline=clock() + TIMINGS.snapshot_targets_task_seconds + TIMINGS.deadline_margin_seconds,
    )
    return (yield from prepare(meta, chosen, TIMINGS, clock))


def chosen_now(stream: str = "orders") -> Step[list[dict[str, str]]]:
    """Validate experiment, as far as it matters here: an unlocked look names the targets."""
    answer: Answer = yield Call(
        "lambda", "ListEventSourceMappings", {"EventSourceArn": STREAM + stream}
    )
    found = answer.body["EventSourceMappings"]
    if not found:
        raise InvalidExperiment("the function has no mapping")
    return [{"uuid": each["UUID"], "key": key_of(each)} for each in found]


def chosen_of(*sources: Source) -> list[dict[str, str]]:
    """The targets that an earlier look named."""
    return [{"uuid": each.uuid, "key": each.key} for each in sources]


def injected(name: str, number: int, batch: int, clock: Clock) -> Running:
    """Inject fault: an invocation that Lambda ends after its time-out."""
    ends_at = ends(clock, INJECTOR_SECONDS)
    yield Alive(ends_at)
    meta = yield from load(name)
    attempt = attempt_of(f"{name}/{number}/{batch}", ends_at)
    return (yield from inject_batch(meta, number, batch, attempt, TIMINGS, clock))


def attempt_of(owner: str, ends_at: float) -> Attempt:
    """An invocation that ends at a moment, as `Invocation.attempt` describes it."""
    return Attempt(
        owner=owner,
        send_until=ends_at - TIMINGS.send_margin_seconds,
        quiet_at=ends_at + TIMINGS.quiet_margin_seconds,
        pause=TIMINGS.poll_seconds,
    )


def ends(clock: Clock, every: int) -> float:
    """When an invocation ends: at the next such moment, so that few times are different."""
    return (clock() // every + 1) * every


def restored(who: str, event: Mapping[str, Any], clock: Clock) -> Running:
    """Restore targets, of one batch: an invocation that Lambda ends after its time-out."""
    ends_at = ends(clock, 3000 if who == "last" else 300)
    yield Alive(ends_at)
    attempt = attempt_of(f"{who}/{event['experiment_id']}", ends_at)
    meta = yield from load(event["experiment_id"])
    yield from begin_restore(meta, event, TIMINGS, clock)
    targets = yield from load_targets(meta.experiment_id, event["batch"])
    for target in targets:
        yield from restore_target(meta, target, attempt, clock)
    after = yield from load_targets(meta.experiment_id, event["batch"])
    left_over(after, [])
    yield Alive(float("inf"))
    return "restored"


def reported(name: str, failure: Mapping[str, str] | None, clock: Clock) -> Running:
    """Report."""
    meta = yield from load(name)
    yield from conclude(meta, failure, clock)
    return "reported"


def put_back(who: str, name: str, clock: Clock, *, batches: tuple[int, ...] = (0,)) -> Running:
    """The rest of a failed execution: restore, then report."""
    for batch in batches:
        yield from restored(who, {"experiment_id": name, "batch": batch, "failed": True}, clock)
    return (yield from reported(name, EVERY_ERROR, clock))


def rescued(who: str, name: str, clock: Clock) -> Running:
    """The restore machine."""
    fenced = yield from take_over({"experiment_id": name}, TIMINGS, clock)
    if not fenced["open"]:
        return "nothing to restore"
    for batch in fenced["batches"]:
        yield from restored(who, {"experiment_id": name, "batch": batch, "failed": True}, clock)
    return (yield from reported(name, None, clock))


def released(name: str, clock: Clock) -> Running:
    """Release targets."""
    ends_at = ends(clock, 100)
    yield Alive(ends_at)
    attempt = attempt_of(f"release/{name}", ends_at)
    return (yield from release(name, ARN + name, EVERY_ERROR, attempt, clock))


def whole(name: str, experiment: Experiment, clock: Clock) -> Running:
    """An experiment from its validation to its report, each invocation after the other."""
    chosen = yield from chosen_now()
    yield from prepared(name, experiment, chosen, clock)
    yield from injected(name, 0, 0, clock)
    yield Alive(float("inf"))
    yield from restored(
        name, {"experiment_id": name, "batch": 0, "failed": False, "round": 0}, clock
    )
    return (yield from reported(name, None, clock))
