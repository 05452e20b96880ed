"""A schedule as a person would tell it: one line a step, who, what, and the answer."""

from collections.abc import Iterable
from typing import Any

from snapback.model.effects import Answer, Call, Change, Fetch, Load, Write
from tests.simulation.schedule import Step

_TOLD = ("status", "owner", "cycle", "quiet_at", "came_from", "reason", "new_name", "stage")


def tell(steps: Iterable[Step]) -> str:
    """The steps as lines."""
    return "\n".join(f"{number:3} {_line(step)}" for number, step in enumerate(steps, 1))


def _line(step: Step) -> str:
    silent = isinstance(step.what, str) and step.answer is None
    note = f" ({step.note})" if step.note else ""
    heard = "" if silent else f" → {_answer(step.answer)}"
    return f"{step.who:14} {_what(step.what)}{note}{heard}"


def _what(effect: Any) -> str:
    match effect:
        case Write():
            return "; ".join(map(_change, effect.changes))
        case Fetch():
            return f"reads {_name(effect.key)}"
        case Load():
            return f"reads all {effect.prefix or effect.pk}"
        case Call():
            asked = effect.params.get("UUID", "")[:8] or effect.params.get("StartingPosition", "")
            return f"{effect.operation} {asked}".strip()
    return str(effect)


def _change(change: Change) -> str:
    if change.delete:
        return f"deletes {_name(change.key)}"
    told = {name: value for name, value in change.set.items() if name in _TOLD and value != ""}
    text = ", ".join(f"{name}={value}" for name, value in told.items())
    return f"writes {_name(change.key)} {{{text}}}" if change.set else f"checks {_name(change.key)}"


def _name(key: Any) -> str:
    of = key.pk.split("#", 1)[1]
    return f"the lock of {of[-30:]}" if key.sk == "lock" else f"{of}'s {key.sk.split('#')[0]}"


_PLAIN = {True: "done", False: "refused: its condition does not hold", None: "nothing there"}


def _answer(answer: Any) -> str:
    match answer:
        case None | bool():
            return _PLAIN[answer]
        case list():
            return ", ".join(map(_answer, answer)) or "nothing there"
        case (
            Answer(body={"EventSourceMappings": list(shown)})
            | Answer(body={"UUID": _, "State": _} as shown)
        ):
            return _answer(shown)
        case {"UUID": str(uuid), "State": state}:
            return f"{uuid[:8]} {state}"
        case dict():
            return str(answer.get("status", answer.get("owner", "an item")))
    return str(answer)
