"""What each invocation does: the step of its handler, with the life that Lambda grants it."""

from collections.abc import Generator, Mapping
from typing import Any

from snapback.faults.mappings.mapping import key_of
from snapback.model.effects import Call, Step
from snapback.model.errors import InvalidExperiment
from snapback.model.experiment import Experiment
from snapback.model.timings import Clock, Timings
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Chosen
from snapback.report.conclusion import conclude
from snapback.report.publication import Outlets
from snapback.rescue.restoration import Batch, release, restore_batch
from snapback.rescue.takeover import take_over
from snapback.run.handover import hand_over
from snapback.run.preparation import Asked, snapshot_targets
from snapback.run.window import Consent, inject_batch
from tests.fakes.mappings import Source
from tests.simulation.outside import Alive
from tests.simulation.source import STREAM

TIMINGS = Timings(settle_seconds=2)
EVERY_ERROR = {"Error": "States.TaskFailed", "Cause": "the window failed"}

INJECTOR_SECONDS = 100
ARN = "arn:aws:states:execution:"
CONSENT = Consent("kill-switch")

type Running = Generator[Any, Any, Any]


def prepared(name: str, experiment: Experiment, chosen: list[Chosen], clock: Clock) -> Running:
    """Snapshot targets."""
    handed = hand_over(experiment.stored(), chosen, ())
    asked = Asked(experiment_id=name, execution_arn=ARN + name, **handed)
    attempt = Attempt(f"prepare/{name}", float("inf"), TIMINGS, clock)
    return (yield from snapshot_targets(asked, attempt))


def chosen_now() -> Step[list[Chosen]]:
    """Validate experiment, as far as it matters here: an unlocked look names the targets."""
    asked = {"EventSourceArn": f"{STREAM}orders"}
    answer = yield from Call("lambda", "ListEventSourceMappings", asked)
    found = answer.body["EventSourceMappings"]
    if not found:
        raise InvalidExperiment("the function has no mapping")
    return [Chosen(each["UUID"], key_of(each), {}) for each in found]


def chosen_of(*sources: Source) -> list[Chosen]:
    """The targets that an earlier look named."""
    return [Chosen(each.uuid, each.key, {}) for each in sources]


def injected(name: str, number: int, batch: int, clock: Clock) -> Running:
    """Inject fault."""
    attempt = yield from _invoked(f"{name}/{number}/{batch}", INJECTOR_SECONDS, clock)
    return (yield from inject_batch(name, number, batch, CONSENT, attempt))


def _invoked(owner: str, seconds: int, clock: Clock) -> Running:
    """An invocation that Lambda ends at the next multiple of its time-out: few times are different."""
    ends_at = (clock() // seconds + 1) * seconds
    yield Alive(ends_at)
    return Attempt(owner, ends_at, TIMINGS, clock)


def restored(who: str, asked: Batch, clock: Clock) -> Running:
    """Restore targets, of one batch."""
    seconds = 3000 if who == "last" else 300
    attempt = yield from _invoked(f"{who}/{asked.experiment_id}", seconds, clock)
    yield from restore_batch(asked, attempt)
    yield Alive(float("inf"))
    return "restored"


def reported(name: str, failure: Mapping[str, str] | None, clock: Clock) -> Running:
    """Report."""
    attempt = Attempt(f"report/{name}", float("inf"), TIMINGS, clock)
    yield from conclude(name, failure, Outlets(), attempt)
    return "reported"


def put_back(who: str, name: str, clock: Clock, *, batches: tuple[int, ...] = (0,)) -> Running:
    """The rest of a failed execution: restore, then report."""
    for batch in batches:
        yield from restored(who, Batch(name, batch, failed=True), clock)
    return (yield from reported(name, EVERY_ERROR, clock))


def rescued(who: str, name: str, clock: Clock) -> Running:
    """The restore machine."""
    attempt = Attempt(f"{who}/{name}", float("inf"), TIMINGS, clock)
    fenced = yield from take_over({"experiment_id": name}, attempt)
    if not fenced["open"]:
        return "nothing to restore"
    for batch in fenced["batches"]:
        yield from restored(who, Batch(name, batch, failed=True), clock)
    return (yield from reported(name, None, clock))


def released(name: str, clock: Clock) -> Running:
    """Release targets."""
    attempt = yield from _invoked(f"release/{name}", 100, clock)
    return (yield from release(name, ARN + name, EVERY_ERROR, attempt))


def whole(name: str, experiment: Experiment, clock: Clock) -> Running:
    """An experiment from its validation to its report, each invocation after the other."""
    chosen = yield from chosen_now()
    yield from prepared(name, experiment, chosen, clock)
    yield from injected(name, 0, 0, clock)
    yield Alive(float("inf"))
    yield from restored(name, Batch(name, 0, failed=False, round=0), clock)
    return (yield from reported(name, None, clock))
