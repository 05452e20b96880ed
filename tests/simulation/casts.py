"""The scenarios that are searched: who meets whom, and when each may start."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from snapback.model.experiment import Experiment
from snapback.model.records import Round, meta_key
from snapback.protocol.contract import Chosen
from snapback.rescue.restoration import Batch
from tests.fakes.mappings import Source, uuid_of
from tests.fakes.switch.api import FAULT
from tests.fakes.values import number_of, value_of
from tests.simulation import programs
from tests.simulation.actor import Local, Locals, Program
from tests.simulation.outside import perform
from tests.simulation.schedule import Act, Actor, Cast, Starts, State
from tests.simulation.source import original
from tests.simulation.switches import Switch
from tests.simulation.world import World

ORDERS = original(1)
ALL_THREE = (ORDERS, original(2, "payments"), original(3, "refunds"))

DELETE, DISABLE = "delete-mappings", "disable-mappings"


def experiment(fault: str = DELETE, cycles: int = 1) -> Experiment:
    """An experiment on all mappings of the function."""
    return Experiment.of(
        {"function_name": "consumer", "event_uuids": "all", "cycles": cycles, "fault": fault}
    )


def world(kills: int = 1, losses: int = 1, refusals: int = 0) -> World:
    """A function with one mapping, before anything happens, and what may go wrong."""
    return World(mappings=(ORDERS,), made=1, kills=kills, losses=losses, refusals=refusals)


def one_window(start: World, *restorers: str, fault: str = DELETE) -> Cast:
    """A workflow may give up on its injector at any time; its restore meets others, then the last."""
    return _cast(_prepared(start, experiment(fault)), _inject(0), *_restorers(*restorers))


def last_moment(start: World, fault: str = DELETE) -> Cast:
    """An injector is turned away again and again while its own time runs out."""
    start = start._replace(now=programs.INJECTOR_SECONDS - 30)
    inject = Actor("inject", "a", partial(programs.injected, "a", 0, 0), punctual=True)
    return _cast(_prepared(start, experiment(fault)), inject)


def broken_target(start: World, *restorers: str, fault: str = DELETE) -> Cast:
    """Several restores at once of a mapping that was deleted."""
    return _cast(_injected(start, fault), *_restorers(*restorers, once_begun=""))


def preparation(start: World, *restorers: str) -> Cast:
    """A restore comes while the target is locked and read; the injector may follow at once."""
    prepare = partial(programs.prepared, "a", experiment(), programs.chosen_of(ORDERS))
    inject = _inject(0, _after("prepare", "ended"))
    others = _restorers(*restorers, once_begun="prepare")
    return _cast(start, Actor("prepare", "a", prepare), inject, *others)


def second_round(start: World, *restorers: str, fault: str = DELETE) -> Cast:
    """The window of a second cycle fails while a slow injector is still on its way."""
    first, again = _restored("first restore"), _inject(1, _after("first restore", "ended"))
    return _cast(_injected(start, fault, cycles=2), first, again, *_restorers(*restorers))


def next_experiment(start: World, *restorers: str) -> Cast:
    """Another experiment chooses the same target while the first one's is put back."""
    others = _restorers(*restorers, once_begun="")
    return _cast(_injected(start, DELETE), *others, _whole("b", DELETE))


def first_come(start: World, fault: str = DELETE) -> Cast:
    """Two experiments choose the same target at the same time."""
    return _cast(start, _whole("a", fault), _whole("b", fault))


def a_person(start: World, act: str, *restorers: str) -> Cast:
    """Someone deletes the mapping before the fault, or makes one while it is gone."""
    window = one_window(start, *restorers)
    return Cast(window.actors, window.start.world, window.before, {act: ACTS[act]})


def staged(start: World, *restorers: str) -> Cast:
    """A switch that takes two changes is broken while it is put back."""
    start = _switched_off(start, "lamp")
    return _cast(start, _inject(0), *_restorers(*restorers), before=(), merged=False)


def half_open(start: World, *restorers: str) -> Cast:
    """Of two broken switches one is put back and broken again, while the other stays so."""
    start = _switched_off(start, "canary", "other")
    for batch in (0, 1):
        start = played(start, "a", partial(programs.injected, "a", 0, batch))
    start = _with_rounds(
        start,
        Round(0, 0, 0, 10, batches=(0, 1), restores=(0,)),
        Round(1, 1, 0, 10, batches=(0,), restores=(0, 1), beside=(1,)),
    )
    actors = (_restored("canary"), _inject(1, _after("canary", "ended")), *_restorers(*restorers))
    return _cast(start, *actors, before=(), merged=False)


def _switched_off(start: World, *names: str) -> World:
    """An experiment on switches, before its first change."""
    start = start._replace(mappings=(), switches=tuple(map(Switch, names)))
    what = Experiment(function_name="lamp", fault=FAULT)
    chosen = [Chosen(name, name, {}) for name in names]
    return played(start, "a", partial(programs.prepared, "a", what, chosen))


def _with_rounds(start: World, *rounds: Round) -> World:
    meta = start.item(meta_key("a")) | {"rounds": [asdict(each) for each in rounds]}
    items = dict(start.table) | {meta_key("a"): number_of(meta)}
    return start._replace(table=tuple(sorted(items.items())))


def crowd(start: World, fault: str = DELETE) -> Cast:
    """Three targets in two cycles, everything that may restore them, another experiment, and a person."""
    start = start._replace(mappings=ALL_THREE, made=len(ALL_THREE))
    actors = [each for batch in range(len(ALL_THREE)) for each in _batch(batch)]
    actors += _restorers("rescue", "rescue again", "report", once_begun="inject 0")
    actors += [_whole("b", fault), _last("a", "inject 0"), _last("b")]
    return Cast(
        actors, _prepared(start, experiment(fault, cycles=2)), ALL_THREE, ACTS, merged=False
    )


def _cast(
    start: World, *actors: Actor, before: Sequence[Source] = (ORDERS,), merged: bool = True
) -> Cast:
    """With a last rescue of each experiment."""
    last = map(_last, sorted({"a", *(each.experiment_id for each in actors)}))
    return Cast((*actors, *last), start, before, merged=merged)


def _batch(batch: int) -> list[Actor]:
    """What the workflow does with a batch: inject, restore, inject again, and restore after a failure."""
    failed = partial(programs.put_back, f"restore {batch}", "a", batches=(batch,))
    inject, first, again = f"inject {batch}", f"first restore {batch}", f"inject again {batch}"
    return [
        _inject(0, name=inject, batch=batch),
        _restored(first, batch, _after(inject)),
        _inject(1, _after(first, "ended"), again, batch),
        Actor(f"restore {batch}", "a", failed, _begun(again)),
    ]


def _restorers(*names: str, once_begun: str = "inject") -> list[Actor]:
    return [_restorer(each, _begun(once_begun)) for each in names]


def _restorer(name: str, starts: Starts) -> Actor:
    programs_of: dict[str, Program] = {
        "restore": partial(programs.put_back, name, "a"),
        "rescue": partial(programs.rescued, name, "a"),
        "release": partial(programs.released, "a"),
        "report": partial(programs.reported, "a", programs.EVERY_ERROR),
    }
    return Actor(name, "a", programs_of[name.partition(" ")[0]], starts)


def _deletes(world: World) -> World | None:
    untouched = any(item["status"] == "captured" for item in world.items("target#"))
    live = world.mapping(ORDERS.uuid)
    return world.with_mapping(None, live) if untouched and live else None


def _makes(
    world: World, settings: dict[str, object] | None = None, qualifier: str = ""
) -> World | None:
    request = {**value_of(ORDERS.settings), **(settings or {})}
    request["FunctionName"] += qualifier
    new = Source(uuid_of(world.made + 1), "Enabled", number_of(request), by_hand=True)
    if any(item["status"] == "captured" for item in world.items("target#")):
        return None
    if new.key in [each.key for each in world.mappings]:
        return None
    return world._replace(made=world.made + 1).with_mapping(new)


ACTS: dict[str, Act] = {
    "deletes it": _deletes,
    "makes it again": partial(_makes, settings={}),
    "makes another": partial(_makes, settings={"BatchSize": 7}),
    "makes one for an alias": partial(_makes, qualifier=":live"),
}
"""What a person may do once: before the fault, or while the mapping is gone."""


def _begun(name: str) -> Starts:
    return lambda cast, state: not name or cast.standing(state, name) is not None


_ANY_TIME = _begun("")


def _after(name: str, how: str = "") -> Starts:
    return lambda cast, state: cast.ended(state, name, how)


def _inject(number: int, starts: Starts = _ANY_TIME, name: str = "inject", batch: int = 0) -> Actor:
    return Actor(name, "a", partial(programs.injected, "a", number, batch), starts)


def _restored(name: str, batch: int = 0, starts: Starts = _ANY_TIME) -> Actor:
    """The restore of the first round, as the workflow runs it."""
    asked = Batch("a", batch, failed=False, round=0)
    return Actor(name, "a", partial(programs.restored, name, asked), starts)


def _whole(name: str, fault: str) -> Actor:
    program = partial(programs.whole, name, experiment(fault))
    return Actor(f"experiment {name}", name, program)


def _last(name: str, once_begun: str = "") -> Actor:
    """A rescue that comes when all others are through and something is still open."""

    def starts(cast: Cast, state: State) -> bool:
        meta = state.world.item(meta_key(name))
        waits = meta is not None and meta["status"] != "closed"
        at_work = any(isinstance(each, Local) and each.running for each in state.actors)
        return waits and not at_work and _begun(once_begun)(cast, state)

    program = partial(programs.rescued, "last", name)
    return Actor(f"last rescue {name}", name, program, starts, mortal=False)


def _injected(start: World, fault: str, cycles: int = 1) -> World:
    prepared = _prepared(start, experiment(fault, cycles))
    return played(prepared, "a", partial(programs.injected, "a", 0, 0))


def _prepared(start: World, what: Experiment) -> World:
    chosen = programs.chosen_of(*start.mappings)
    return played(start, "a", partial(programs.prepared, "a", what, chosen))


def played(start: World, experiment_id: str, program: Program) -> World:
    """The world after one invocation in which nothing goes wrong, and switches settle at once."""
    locals_ = Locals(program)
    local = locals_.start(start.now)
    while local.effect is not None:
        branch = next(perform(start, experiment_id, local.effect))
        settled = tuple(each._replace(pending=False) for each in branch.world.switches)
        start = branch.world._replace(switches=settled)
        local = locals_.next(local, branch.answer, start.now)
    assert local.outcome.startswith("ended"), local.outcome
    return start
