"""The scenarios that are searched: who meets whom, and when each may start."""

from collections.abc import Callable
from functools import partial

from snapback.experiment import Experiment
from snapback.records import meta_key
from tests.simulation import programs
from tests.simulation.actor import Local, Locals, Program
from tests.simulation.explore import Act, Actor, Cast, State
from tests.simulation.outside import perform
from tests.simulation.source import Source, original, uuid_of
from tests.simulation.values import number_of, value_of
from tests.simulation.world import World

ORDERS = original(1)


def experiment(cycles: int = 1) -> Experiment:
    """An experiment on all mappings of the function."""
    return Experiment(function_name="consumer", event_uuids="all", cycles=cycles)


def world(kills: int = 1, losses: int = 1, refusals: int = 0) -> World:
    """A function with one mapping, before anything happens, and what may go wrong."""
    return World(mappings=(ORDERS,), made=1, kills=kills, losses=losses, refusals=refusals)


def one_window(start: World) -> Cast:
    """One experiment: its workflow may give up on the injector at any time, and a rescue comes."""
    restored = Actor("restore", "a", partial(programs.put_back, "a"), _begun("inject"))
    rescued = Actor("rescue", "a", partial(programs.rescued, "a"), _begun("inject"))
    return Cast([_inject(0), restored, rescued, _last("a")], _prepared(start, experiment()), [ORDERS])


def preparation(start: World) -> Cast:
    """A rescue comes while the targets are locked and read; the injector may follow at once."""
    prepare = partial(programs.prepared, "a", experiment(), programs.chosen_of(ORDERS))
    released = Actor("release", "a", partial(programs.released, "a"), _begun("prepare"))
    rescued = Actor("rescue", "a", partial(programs.rescued, "a"), _begun("prepare"))
    inject = Actor("inject", "a", partial(programs.injected, "a", 0, 0), _after("prepare", "ended"))
    return Cast([Actor("prepare", "a", prepare), inject, released, rescued, _last("a")], start, [ORDERS])


def second_round(start: World, restorer: str = "restore") -> Cast:
    """The window of a second cycle fails while a slow injector is still on its way."""
    ending: dict[str, Program] = {
        "restore": partial(programs.put_back, "a"),
        "report": partial(programs.reported, "a", programs.EVERY_ERROR),
        "rescue": partial(programs.rescued, "a"),
    }
    first = {"experiment_id": "a", "batch": 0, "failed": False, "round": 0}
    start = _prepared(start, experiment(cycles=2))
    start = played(start, "a", partial(programs.injected, "a", 0, 0))
    return Cast(
        [
            Actor("first restore", "a", partial(programs.restored, first)),
            _inject(1, _after("first restore", "ended")),
            Actor(restorer, "a", ending[restorer], _begun("inject")),
            _last("a"),
        ],
        start,
        [ORDERS],
    )


def two_experiments(start: World) -> Cast:
    """Another experiment chooses the same target during the first one's window."""
    return Cast(
        [
            _inject(0),
            Actor("restore", "a", partial(programs.put_back, "a"), _begun("inject")),
            Actor("experiment b", "b", partial(programs.whole, "b", experiment())),
            _last("a"),
            _last("b"),
        ],
        _prepared(start, experiment()),
        [ORDERS],
    )


def a_person(start: World) -> Cast:
    """Someone deletes the mapping before the fault, or makes one while it is gone."""
    restored = Actor("restore", "a", partial(programs.put_back, "a"), _begun("inject"))
    rescued = Actor("rescue", "a", partial(programs.rescued, "a"), _begun("inject"))
    acts: dict[str, Act] = {
        "deletes it": _deletes,
        "makes it again": partial(_makes, settings={}),
        "makes another": partial(_makes, settings={"BatchSize": 7}),
        "makes one for an alias": partial(_makes, qualifier=":live"),
    }
    start = _prepared(start, experiment())
    return Cast([_inject(0), restored, rescued, _last("a")], start, [ORDERS], acts)


def _deletes(world: World) -> World | None:
    untouched = any(item["status"] == "captured" for item in world.items("target#"))
    live = world.mapping(ORDERS.uuid)
    return world.with_mapping(live._replace(state="Deleting"), live) if untouched and live else None


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


Starts = Callable[[Cast, State], bool]


def _inject(number: int, starts: Starts = lambda _cast, _state: True) -> Actor:
    return Actor("inject", "a", partial(programs.injected, "a", number, 0), starts)


def _last(name: str) -> Actor:
    """A rescue that comes when all others are through and something is still open."""
    return Actor(
        f"last rescue {name}", name, partial(programs.rescued, name), _alone(name), mortal=False
    )


def _alone(name: str) -> Starts:
    def starts(_cast: Cast, state: State) -> bool:
        meta = state.world.item(meta_key(name))
        waits = meta is not None and meta["status"] != "closed"
        return waits and not any(
            isinstance(each, Local) and each.running for each in state.actors
        )

    return starts


def _after(name: str, how: str = "") -> Starts:
    return lambda cast, state: cast.ended(state, name, how)


def _begun(name: str) -> Starts:
    return lambda cast, state: cast.standing(state, name) is not None


def _prepared(start: World, what: Experiment) -> World:
    chosen = programs.chosen_of(*start.mappings)
    return played(start, "a", partial(programs.prepared, "a", what, chosen))


def played(start: World, experiment_id: str, program: Program) -> World:
    """The world after one invocation in which nothing goes wrong."""
    locals_ = Locals(program)
    local = locals_.start(start.now)
    while local.effect is not None:
        branch = next(perform(start, experiment_id, start.now, local.effect))
        start = branch.world
        local = locals_.next(local, branch.answer, start.now)
    assert local.outcome.startswith("ended"), local.outcome
    return start
