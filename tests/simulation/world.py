"""The whole outside as one immutable value: the table, the mappings, requests under way, the time."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from snapback.model.effects import Change, Key, Write
from tests.simulation.source import Source
from tests.simulation.values import number_of, value_of


class Flight(NamedTuple):
    """A request whose sender heard nothing: it may take effect until a moment, or never."""

    experiment_id: str
    operation: str
    params: int
    until: float


class World(NamedTuple):
    """Everything the actors share, and how much may still go wrong."""

    table: tuple[tuple[Key, int], ...] = ()
    mappings: tuple[Source, ...] = ()
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
        return next((each for each in self.mappings if each.uuid == uuid), None)

    def with_mapping(self, new: Source | None, old: Source | None = None) -> "World":
        """The same world with one mapping more, changed or gone."""
        others = [each for each in self.mappings if each != old]
        return self._replace(mappings=tuple(sorted([*others, *([new] if new else [])])))

    def breaks(self, what: str) -> "World":
        """The same world, in which an invariant does not hold."""
        return self._replace(broken=self.broken or what)


Forget = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def write(world: World, effect: Write, forget: Forget) -> tuple[bool, World]:
    """Make all changes or none; `forget` drops what no decision reads from an item."""
    keys = [change.key for change in effect.changes]
    assert len(keys) == len(set(keys)), "a transaction may hold an item only once"
    assert len(keys) <= 100, "a transaction holds at most 100 items"
    items = dict(world.table)
    if not all(_holds(change, items) for change in effect.changes):
        return False, world
    for change in effect.changes:
        _make(change, items, forget)
    return True, world._replace(table=tuple(sorted(items.items())))


def _holds(change: Change, items: Mapping[Key, int]) -> bool:
    item = value_of(items[change.key]) if change.key in items else {}
    return not change.any_of or any(
        all(_allowed(item, name, values) for name, values in each.items()) for each in change.any_of
    )


def _allowed(item: Mapping[str, Any], name: str, values: tuple[Any, ...]) -> bool:
    if values == (None,):
        return name not in item
    return name in item and item[name] in values


def _make(change: Change, items: dict[Key, int], forget: Forget) -> None:
    if change.delete:
        items.pop(change.key, None)
    elif change.set or change.remove:
        before = value_of(items[change.key]) if change.key in items else {}
        after = {**before, **forget(change.set), **change.key._asdict()}
        kept = {name: value for name, value in after.items() if name not in change.remove}
        items[change.key] = number_of(kept)
