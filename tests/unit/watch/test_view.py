"""What is shown of a look is what AWS said, whatever it contains."""

from collections.abc import Callable

import pytest
from rich.console import RenderableType

from snapback.model.records import Target
from watch.look import Look
from watch.view import CONSOLE, drawn, line

SAID = "[/x] :key: [bold]7[/bold]"


def seen(said: str = SAID) -> Look:
    """A look whose every text from outside is the same."""
    target = Target.of(
        {"sk": "target#k", "experiment_id": "demo", "key": said, "name": "u", "status": "restored"}
    )
    return Look(
        name=said,
        status="FAILED",
        phase="Report",
        left=None,
        targets=(target,),
        sample={"states": {said: said}, "alarms": {said: {"state": "OK"}}},
        reason=said,
        titles={said: said},
    )


@pytest.mark.parametrize(("shown", "times"), [(line, 1), (drawn, 5)])
def test_words_are_shown_as_they_are(
    monkeypatch: pytest.MonkeyPatch, shown: Callable[[Look], RenderableType], times: int
) -> None:
    monkeypatch.setattr(CONSOLE, "width", 400)
    with CONSOLE.capture() as captured:
        CONSOLE.print(shown(seen()))
    assert captured.get().count(SAID) == times


@pytest.mark.parametrize(("shown", "times"), [(line, 1), (drawn, 5)])
def test_words_do_not_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, shown: Callable[[Look], RenderableType], times: int
) -> None:
    monkeypatch.setattr(CONSOLE, "width", 400)
    with CONSOLE.capture() as captured:
        CONSOLE.print(shown(seen("\x1b]0;owned\x07\u202e \x9b2J")))
    assert captured.get().count("]0;owned 2J") == times
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*captured.get()}
