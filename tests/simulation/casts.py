"""The scenarios that are searched: who meets whom, and when each may start."""

from collections.abc import Callable
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
from tests.simulation.schedule import Act, Actor, Cast, State
from tests.simulation.source import original
from tests.simulation.switches import Switch
from tests.simulation.world import World

ORDERS = original(1)
ALL_THREE = (ORDERS, original(2, "payments"), original(3, "refunds"))

DELETE, DISABLE = "delete-mappings", "disable-mappings"

Starts = Callable[[Cast, State], bool]


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
    actors = [_inject(0), *(_restorer(each) for each in restorers), _last("a")]
    return Cast(actors, _prepared(start, experiment(fault)), [ORDERS])


def last_moment(start: World, fault: str = DELETE) -> Cast:
    """An injector is turned away again and again while its own time runs out."""
    start = start._replace(now=programs.INJECTOR_SECONDS - 30)
    inject = Actor("inject", "a", partial(programs.injected, "a", 0, 0), punctual=True)
    return Cast([inject, _last("a")], _prepared(start, experiment(fault)), [ORDERS])


def broken_target(start: World, *restorers: str, fault: str = DELETE) -> Cast:
    """Several restores at once of a mapping that was deleted."""
    start = played(_prepared(start, experiment(fault)), "a", partial(programs.injected, "a", 0, 0))
    return Cast([*(_restorer(each, "") for each in restorers), _last("a")], start, [ORDERS])


def preparation(start: World, *restorers: str) -> Cast:
    """A restore comes while the target is locked and read; the injector may follow at once."""
    prepare = partial(programs.prepared, "a", experiment(), programs.chosen_of(ORDERS))
    actors = [
        Actor("prepare", "a", prepare),
        _inject(0, _after("prepare", "ended")),
        *(_restorer(each, "prepare") for each in restorers),
        _last("a"),
    ]
    return Cast(actors, start, [ORDERS])


def second_round(start: World, *restorers: str, fault: str = DELETE) -> Cast:
    """The window of a second cycle fails while a slow injector is still on its way."""
    first = Batch("a", 0, failed=False, round=0)
    start = _prepared(start, experiment(fault, cycles=2))
    start = played(start, "a", partial(programs.injected, "a", 0, 0))
    actors = [
        Actor("first restore", "a", partial(programs.restored, "first", first)),
        _inject(1, _after("first restore", "ended")),
        *(_restorer(each) for each in restorers),
        _last("a"),
    ]
    return Cast(actors, start, [ORDERS])


def next_experiment(start: World, *restorers: str, fault: str = DELETE) -> Cast:
    """Another experiment chooses the same target while the first one's is put back."""
    start = played(_prepared(start, experiment(fault)), "a", partial(programs.injected, "a", 0, 0))
    actors = [
        *(_restorer(each, "") for each in restorers),
        Actor("experiment b", "b", partial(programs.whole, "b", experiment(fault))),
        _last("a"),
        _last("b"),
    ]
    return Cast(actors, start, [ORDERS])


def first_come(start: World, fault: str = DELETE) -> Cast:
    """Two experiments choose the same target at the same time."""
    actors = [
        Actor("experiment a", "a", partial(programs.whole, "a", experiment(fault))),
        Actor("experiment b", "b", partial(programs.whole, "b", experiment(fault))),
        _last("a"),
        _last("b"),
    ]
    return Cast(actors, start, [ORDERS])


def a_person(start: World, act: str, *restorers: str) -> Cast:
    """Someone deletes the mapping before the fault, or makes one while it is gone."""
    actors = [_inject(0), *(_restorer(each) for each in restorers), _last("a")]
    return Cast(actors, _prepared(start, experiment()), [ORDERS], {act: ACTS[act]})


def staged(start: World, *restorers: str) -> Cast:
    """A switch that takes two changes is broken while it is put back."""
    lamp = Switch("lamp")
    start = _switched_off(start._replace(mappings=(), switches=(lamp,)), "lamp")
    actors = [_inject(0), *(_restorer(each) for each in restorers), _last("a")]
    return Cast(actors, start, (), merged=False)


def half_open(start: World, *restorers: str) -> Cast:
    """Of two broken switches one is put back and broken again, while the other stays so."""
    both = (Switch("canary"), Switch("other"))
    start = _switched_off(start._replace(mappings=(), switches=both), "canary", "other")
    for batch in (0, 1):
        start = played(start, "a", partial(programs.injected, "a", 0, batch))
    start = _with_rounds(
        start,
        Round(0, 0, 0, 10, batches=(0, 1), restores=(0,)),
        Round(1, 1, 0, 10, batches=(0,), restores=(0, 1), beside=(1,)),
    )
    canary = partial(programs.restored, "canary", Batch("a", 0, failed=False, round=0))
    actors = [
        Actor("canary", "a", canary),
        _inject(1, _after("canary", "ended")),
        *(_restorer(each) for each in restorers),
        _last("a"),
    ]
    return Cast(actors, start, (), merged=False)


def _switched_off(start: World, *names: str) -> World:
    """An experiment on switches, before its first change."""
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
    start = _prepared(start, experiment(fault, cycles=2))
    actors = [each for batch in range(len(ALL_THREE)) for each in _batch(batch)]
    actors += [_restorer(each, "inject 0") for each in ("rescue", "rescue again", "report")]
    other = partial(programs.whole, "b", experiment(fault))
    actors += [Actor("experiment b", "b", other), _last("a", "inject 0"), _last("b")]
    return Cast(actors, start, ALL_THREE, ACTS, merged=False)


def _batch(batch: int) -> list[Actor]:
    """What the workflow does with a batch: inject, restore, inject again, and restore after a failure."""
    first = Batch("a", batch, failed=False, round=0)
    ended = partial(programs.restored, f"first restore {batch}", first)
    failed = partial(programs.put_back, f"restore {batch}", "a", batches=(batch,))
    names = [f"{what} {batch}" for what in ("inject", "first restore", "inject again", "restore")]
    return [
        Actor(names[0], "a", partial(programs.injected, "a", 0, batch)),
        Actor(names[1], "a", ended, _after(names[0])),
        Actor(names[2], "a", partial(programs.injected, "a", 1, batch), _after(names[1], "ended")),
        Actor(names[3], "a", failed, _begun(names[2])),
    ]


def _restorer(name: str, once_begun: str = "inject") -> Actor:
    programs_of: dict[str, Program] = {
        "restore": partial(programs.put_back, name, "a"),
        "rescue": partial(programs.rescued, name, "a"),
        "release": partial(programs.released, "a"),
        "report": partial(programs.reported, "a", programs.EVERY_ERROR),
    }
    program = programs_of[name.partition(" ")[0]]
    return Actor(name, "a", program, _begun(once_begun) if once_begun else _always)


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


def _always(_cast: Cast, _state: State) -> bool:
    return True


def _inject(number: int, starts: Starts = _always) -> Actor:
    return Actor("inject", "a", partial(programs.injected, "a", number, 0), starts)


def _last(name: str, once_begun: str = "") -> Actor:
    """A rescue that comes when all others are through and something is still open."""
    alone = _alone(name)

    def starts(cast: Cast, state: State) -> bool:
        begun = not once_begun or cast.standing(state, once_begun) is not None
        return begun and alone(cast, state)

    return Actor(
        f"last rescue {name}",
        name,
        partial(programs.rescued, "last", name),
        starts,
        mortal=False,
    )


def _alone(name: str) -> Starts:
    def starts(_cast: Cast, state: State) -> bool:
        meta = state.world.item(meta_key(name))
        waits = meta is not None and meta["status"] != "closed"
        return waits and not any(isinstance(each, Local) and each.running for each in state.actors)

    return starts


def _after(name: str, how: str = "") -> Starts:
    return lambda cast, state: cast.ended(state, name, how)


def _begun(name: str) -> Starts:
    return lambda cast, state: cast.standing(state, name) is not None


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
