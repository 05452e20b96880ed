"""What is shown of a look is what AWS said, whatever it contains."""

from collections.abc import Callable

import pytest
from rich.console import RenderableType

from snapback.model.records import Target
from watch.look import Look
from watch.view import CONSOLE, drawn, line

SAID = "[/x] :key: [bold]7[/bold]"


def seen() -> Look:
    """A look whose every text from outside is SAID."""
    target = Target.of(
        {"sk": "target#k", "experiment_id": "demo", "key": SAID, "name": "u", "status": "restored"}
    )
    return Look(
        name=SAID,
        status="FAILED",
        phase="Report",
        left=None,
        targets=(target,),
        sample={"states": {SAID: SAID}, "alarms": {SAID: {"state": "OK"}}},
        reason=SAID,
        titles={SAID: SAID},
    )


@pytest.mark.parametrize(("shown", "times"), [(line, 1), (drawn, 5)])
def test_words_are_shown_as_they_are(
    monkeypatch: pytest.MonkeyPatch, shown: Callable[[Look], RenderableType], times: int
) -> None:
    monkeypatch.setattr(CONSOLE, "width", 400)
    with CONSOLE.capture() as captured:
        CONSOLE.print(shown(seen()))
    assert captured.get().count(SAID) == times
