"""The table: conditional transactions and consistent reads, as pure functions on its items."""

from collections.abc import Mapping
from typing import Any

from snapback.model.effects import Change, Fetch, Key, Load, Write

type Item = Mapping[str, Any]

MOST_ITEMS = 100
"""DynamoDB's limit for one transaction."""


def write(items: Mapping[Key, Item], effect: Write) -> dict[Key, Item] | None:
    """The items after all changes, or None where a condition does not hold."""
    keys = [change.key for change in effect.changes]
    assert len(keys) == len(set(keys)), "a transaction may hold an item only once"
    assert len(keys) <= MOST_ITEMS, f"a transaction holds at most {MOST_ITEMS} items"
    if not all(holds(items, change) for change in effect.changes):
        return None
    after = dict(items)
    for change in effect.changes:
        if change.delete:
            after.pop(change.key, None)
        elif change.set or change.remove:
            after[change.key] = _changed(items.get(change.key, {}), change)
    return after


def holds(items: Mapping[Key, Item], change: Change) -> bool:
    """Whether the item of a change is as the change expects it."""
    item = items.get(change.key, {})
    return not change.any_of or any(
        all(_allowed(item, name, values) for name, values in each.items()) for each in change.any_of
    )


def load[T](items: Mapping[Key, T], effect: Load) -> list[T]:
    """What is stored in a partition under a prefix, in the order of the sort keys."""
    found = (key for key in items if key.pk == effect.pk and key.sk.startswith(effect.prefix))
    return [items[key] for key in sorted(found)]


def perform(items: dict[Key, Item], effect: Write | Fetch | Load) -> Any:
    """The answer of an effect on a table that it changes."""
    match effect:
        case Fetch():
            return items.get(effect.key)
        case Load():
            return load(items, effect)
    after = write(items, effect)
    if after is not None:
        items.clear()
        items.update(after)
    return after is not None


def _changed(item: Item, change: Change) -> Item:
    after = {**item, **change.set, **change.key._asdict()}
    return {name: value for name, value in after.items() if name not in change.remove}


def _allowed(item: Item, name: str, values: tuple[Any, ...]) -> bool:
    """A boolean equals no number in DynamoDB."""
    if name not in item or values == (None,):
        return name not in item and values == (None,)
    value = item[name]
    return any(
        value == each and isinstance(value, bool) == isinstance(each, bool) for each in values
    )
