import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.definitions import load
from snapback.model.experiment import Experiment
from snapback.model.records import AT_ONCE, BATCH_TARGETS, MOST_BATCHES
from snapback.model.timings import Timings
from snapback.run.rounds import (
    EVENT_LIMIT,
    EVENTS_ONCE,
    EVENTS_PER_BATCH,
    EVENTS_PER_LOOK,
    EVENTS_PER_ROUND,
    LOOKS,
    PATIENT_LOOKS,
    history_events,
    lay_out,
    observe_every,
    total_seconds,
)

TIMINGS = Timings()


def experiment(**asked: Any) -> Experiment:
    return Experiment(function_name="orders", **asked)


@pytest.mark.parametrize(
    ("asked", "targets", "rounds", "concurrency"),
    [
        ({}, 3, [(0, 0, [0, 1, 2])], AT_ONCE),
        ({"sequence": "serial"}, 3, [(0, 0, [0, 1, 2])], 1),
        ({"sequence": "rolling"}, 3, [(0, 0, [0]), (0, 0, [1]), (0, 0, [2])], AT_ONCE),
        ({"ramp_time": 9}, 1, [(0, 9, [0])], AT_ONCE),
        ({"cycles": 2, "chaos_interval": 7}, 2, [(0, 0, [0, 1]), (1, 7, [0, 1])], AT_ONCE),
        (
            {"cycles": 2, "chaos_interval": 7, "ramp_time": 9, "sequence": "rolling"},
            2,
            [(0, 9, [0]), (0, 0, [1]), (1, 7, [0]), (1, 0, [1])],
            AT_ONCE,
        ),
    ],
    ids=str,
)
def test_a_request_becomes_these_rounds(
    asked: dict[str, Any], targets: int, rounds: list[tuple[int, int, list[int]]], concurrency: int
) -> None:
    laid_out = lay_out(experiment(**asked), targets, TIMINGS)
    found = [(each.cycle, each.wait_seconds, list(each.batches)) for each in laid_out.rounds]
    assert found == rounds
    assert laid_out.concurrency == concurrency


@given(
    st.integers(1, 1000),
    st.sampled_from(["parallel", "serial", "rolling"]),
    st.integers(1, 5),
    st.integers(1, 3600),
)
def test_every_target_is_in_one_batch_and_every_batch_in_each_cycle(
    targets: int, sequence: Any, cycles: int, duration: int
) -> None:
    asked = experiment(sequence=sequence, cycles=cycles, total_chaos_duration=duration)
    laid_out = lay_out(asked, targets, TIMINGS)
    assert len(laid_out.batch_of) == targets
    for cycle in range(cycles):
        rounds = [each for each in laid_out.rounds if each.cycle == cycle]
        assert sorted(batch for each in rounds for batch in each.batches) == laid_out.batches
        assert all(len(each.batches) <= MOST_BATCHES for each in rounds)
        assert all(each.restores == each.batches and not each.beside for each in rounds)
    sizes = Counter(laid_out.batch_of).values()
    assert max(sizes) - min(sizes) <= 1
    if sequence == "rolling":
        assert set(sizes) == {1}
    else:
        assert max(sizes) <= BATCH_TARGETS
        assert len(laid_out.batches) >= min(targets, AT_ONCE)
        assert len(laid_out.batches) == min(targets, AT_ONCE) or targets > AT_ONCE * BATCH_TARGETS


@pytest.mark.parametrize(
    ("duration", "every"), [(1, 10), (30, 10), (1000, 10), (1001, 11), (3600, 36)]
)
def test_a_longer_window_is_observed_less_often(duration: int, every: int) -> None:
    assert observe_every(experiment(total_chaos_duration=duration), TIMINGS) == every


@pytest.mark.parametrize(("duration", "hold"), [(1, 1), (9, 9), (10, 10), (60, 10), (3600, 36)])
def test_the_first_hold_is_no_longer_than_the_window(duration: int, hold: int) -> None:
    [only] = lay_out(experiment(total_chaos_duration=duration), 1, TIMINGS).rounds
    assert only.hold_seconds == hold


WRITTEN = {"Task": 5, "Parallel": 4, "Map": 4, "Wait": 2, "Choice": 2, "Succeed": 2, "Pass": 2}
"""The history events that Step Functions writes for a state; an iteration of a Map has two more."""
OBSERVED = ("Hold", "Observe", "Window over?")
WATCHED = ("Watch recovery", "Recovered?", "Let it drain")
WINDOW = ("Fault window", "Restore batches", "Another round?")
INSTEAD = ("Release targets", "Planned", "Failed")
"""Only where the run ends otherwise, with fewer events."""


def written(states: Mapping[str, Any], *but: str) -> int:
    return sum(WRITTEN[state["Type"]] for name, state in states.items() if name not in but)


def inside(state: Mapping[str, Any]) -> Mapping[str, Any]:
    [inner] = state.get("Branches") or [state["ItemProcessor"]]
    states: Mapping[str, Any] = inner["States"]
    return states


def test_the_history_is_counted_from_the_states_of_the_machine() -> None:
    states = json.loads(load("experiment", TIMINGS).text)["States"]
    window = inside(states["Fault window"])
    maps = [inside(window["Inject batches"]), inside(states["Restore batches"])]
    around = sum(WRITTEN[states[name]["Type"]] for name in WINDOW)
    once = 2 + written(states, *WINDOW, *WATCHED, *INSTEAD)
    assert once == EVENTS_ONCE
    assert around + written(window, *OBSERVED) == EVENTS_PER_ROUND
    assert sum(2 + written(each) for each in maps) == EVENTS_PER_BATCH
    for loop, where in ((OBSERVED, window), (WATCHED, states)):
        assert sum(WRITTEN[where[name]["Type"]] for name in loop) == EVENTS_PER_LOOK


def test_a_history_counts_every_round_batch_observation_and_look() -> None:
    asked = experiment(sequence="rolling", total_chaos_duration=2610)
    looks = EVENTS_PER_LOOK * (28 * 97 + LOOKS)
    assert looks > EVENT_LIMIT
    once_more = EVENTS_PER_LOOK * (28 + PATIENT_LOOKS + 1)
    rounds = 28 * (EVENTS_PER_ROUND + EVENTS_PER_BATCH)
    assert history_events(asked, 28, TIMINGS) == EVENTS_ONCE + rounds + looks + once_more


def test_the_history_hardly_grows_above_a_few_targets() -> None:
    few, many, most = (history_events(experiment(), each, TIMINGS) for each in (5, 400, 1000))
    assert few == many
    assert most - many == (13 - AT_ONCE) * EVENTS_PER_BATCH
    assert most < EVENT_LIMIT


@pytest.mark.parametrize(
    ("asked", "targets", "seconds"),
    [
        ({}, 5, 30),
        ({"sequence": "serial"}, 5, 30),
        ({"sequence": "rolling"}, 5, 150),
        ({"cycles": 3, "chaos_interval": 10}, 1, 110),
        ({"ramp_time": 60}, 1, 150),
        ({"sequence": "rolling", "cycles": 2, "ramp_time": 1}, 2, 152),
    ],
    ids=str,
)
def test_the_planned_seconds_are_holds_intervals_and_ramps(
    asked: dict[str, Any], targets: int, seconds: int
) -> None:
    assert total_seconds(experiment(**asked), targets) == seconds
