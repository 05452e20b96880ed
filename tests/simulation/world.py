"""The whole outside as one immutable value: the table, the mappings, requests under way, the time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from snapback.model.effects import Key, Write
from tests.fakes import table
from tests.fakes.mappings import Source, Sources, find, replaced
from tests.fakes.values import number_of, value_of
from tests.simulation.switches import Switches


class Flight(NamedTuple):
    """A request whose sender heard nothing: it may take effect until a moment, or never."""

    experiment_id: str
    operation: str
    params: int
    until: float


type Table = tuple[tuple[Key, int], ...]


class World(NamedTuple):
    """Everything the actors share, and how much may still go wrong."""

    table: Table = ()
    mappings: Sources = ()
    switches: Switches = ()
    flights: tuple[Flight, ...] = ()
    now: float = 0
    made: int = 0
    kills: int = 0
    losses: int = 0
    refusals: int = 0
    acts: tuple[str, ...] = ()
    broken: str = ""

    def item(self, key: Key) -> Any:
        """One item of the table, or None."""
        return next((value_of(number) for each, number in self.table if each == key), None)

    def items(self, prefix: str) -> list[Any]:
        """Every item whose sort key begins so, of all partitions."""
        return [value_of(number) for key, number in self.table if key.sk.startswith(prefix)]

    def mapping(self, uuid: str) -> Source | None:
        """The mapping with a UUID, in whatever state."""
        return find(self.mappings, uuid)

    def with_mapping(self, new: Source | None, old: Source | None = None) -> "World":
        """The same world with one mapping more, changed or gone."""
        return self._replace(mappings=replaced(self.mappings, old, new))

    def breaks(self, what: str) -> "World":
        """The same world, in which an invariant does not hold; as it is for an empty one."""
        return self._replace(broken=self.broken or what) if what else self


Forget = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def write(world: World, effect: Write, forget: Forget) -> tuple[bool, World]:
    """Make all changes or none; `forget` drops what no decision reads from an item."""
    known = _written.get((world.table, id(effect)))
    if known is None:
        if len(_written) > _MOST_WRITTEN:
            _written.clear()
        known = _written[world.table, id(effect)] = effect, _write(world.table, effect, forget)
    after = known[1]
    return (False, world) if after is None else (True, world._replace(table=after))


_written: dict[tuple[Table, int], tuple[Write, Table | None]] = {}
"""What became of a table, by the identity of the effect, which is kept so that it stays its own."""
_MOST_WRITTEN = 100_000


def _write(numbers: Table, effect: Write, forget: Forget) -> Table | None:
    before = {key: value_of(number) for key, number in numbers}
    kept = tuple(replace(each, set=forget(each.set)) for each in effect.changes)
    after = table.write(before, Write(kept))
    if after is None:
        return None
    same = {key: number for key, number in numbers if after.get(key) is before[key]}
    stored = {key: number_of(item) for key, item in after.items() if key not in same}
    return tuple(sorted({**same, **stored}.items()))
