"""What the protocol writes beside its order: transactions that fit, and names that are used once."""

from dataclasses import replace

import pytest

from snapback.model.effects import Key
from snapback.model.errors import InvalidExperiment, WindowClosed
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, Target, lock_key, meta_key, target_key
from snapback.protocol.lifecycle import begin
from snapback.protocol.prepare import renew_all, reserve
from tests.fakes import table
from tests.fakes.answers import answer
from tests.fakes.table import Item

EXPERIMENT = Experiment.of({"function_name": "orders", "event_uuids": "all"}).stored()
META = Meta("run", "preparing", "arn:run", EXPERIMENT, deadline=0)


def begun(meta: Meta = META) -> dict[Key, Item]:
    """A table in which an experiment has begun."""
    stored: dict[Key, Item] = {}
    answer(begin(meta), {}, stored=stored)
    return stored


@pytest.mark.parametrize("count", [1, 49, 50, 99, 100, 200])
def test_any_number_of_targets_is_locked_and_renewed_in_transactions_that_fit(count: int) -> None:
    """The table refuses more than 100 items at once."""
    targets = [Target("run", f"source-{each}|arn", "reserved", f"u{each}") for each in range(count)]
    stored = begun()
    answer(reserve(META, targets, lambda: 0), {}, stored=stored)
    for target in targets:
        assert stored[lock_key(target.key)]["owner"] == "run"
        assert stored[target_key("run", target.key)]["status"] == "reserved"
    restored = [replace(each, status="restored") for each in targets]
    moves = [each.move("restored", expect=("reserved",)) for each in targets]
    for write in (META.move(expect=("preparing",), status="running"), *moves):
        assert table.perform(stored, write)
    renewed = answer(renew_all(restored, 1, 0), {}, stored=stored)
    assert [(each.uuid, each.status, each.cycle) for each in renewed] == [
        (each.uuid, "reserved", 1) for each in targets
    ]


def test_an_execution_may_begin_again_until_it_runs() -> None:
    stored = begun()
    answer(begin(META), {}, stored=stored)
    stored[meta_key("run")] = {**stored[meta_key("run")], "status": "running"}
    with pytest.raises(WindowClosed, match="experiment run is running; start a new execution"):
        answer(begin(META), {}, stored=stored)


@pytest.mark.parametrize("status", ["preparing", "running", "restoring", "closed"])
def test_a_name_that_another_execution_used_is_refused(status: str) -> None:
    """Names of executions may be used again after 90 days; records are kept for longer."""
    stored = begun(replace(META, status=status))
    before = dict(stored)
    with pytest.raises(InvalidExperiment) as refusal:
        answer(begin(replace(META, execution_arn="arn:other")), {}, stored=stored)
    assert str(refusal.value) == (
        "execution name: 'run' was used by arn:run; start the execution under another name"
    )
    assert stored == before
