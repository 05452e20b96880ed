from typing import Any

import pytest
from rich.console import Console

from snapback.model.experiment import Experiment
from snapback.model.records import Meta
from watch.look import look
from watch.view import drawn

EXECUTION = {"name": "demo", "status": "RUNNING"}
KEY = "arn:aws:sqs:r:1:orders|arn:aws:lambda:r:1:function:orders"
META = Meta("demo", "running", "arn", Experiment(function_name="orders"), deadline=0)


def stored(**target: Any) -> list[dict[str, Any]]:
    """The items of an experiment with one target."""
    known = {"sk": f"target#{KEY}", "experiment_id": "demo", "key": KEY, "name": "11111111-u"}
    return [META.item() | {"sk": "meta"}, known | target]


def test_a_target_is_shown_by_its_title() -> None:
    seen = look(EXECUTION, {"events": []}, stored(status="captured"), 0)
    assert seen.titles == {KEY: "Queue orders"}
    console = Console(width=120, record=True, file=None)
    with console.capture() as shown:
        console.print(drawn(seen))
    assert "Queue orders" in shown.get()


@pytest.mark.parametrize(
    ("target", "left"),
    [
        ({"status": "captured"}, None),
        ({"status": "injected", "stages_in_force": 1, "in_force_at": 90}, 20),
        ({"status": "injected", "stages_in_force": 0}, 30),
        ({"status": "restoring"}, None),
    ],
)
def test_a_window_is_open_from_when_its_fault_holds(
    target: dict[str, Any], left: float | None
) -> None:
    assert look(EXECUTION, {"events": []}, stored(**target), 100).left == left
