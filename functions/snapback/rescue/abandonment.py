"""Giving a target up: a person's recorded decision, when nothing can put it back.

The input is `{"experiment_id": "…", "name" or "key": "…", "reason": "…"}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from snapback.model.effects import Document, Step
from snapback.model.errors import InvalidExperiment
from snapback.model.records import Target
from snapback.protocol.attempt import Attempt
from snapback.protocol.lifecycle import fence, load_open, load_standing, load_targets
from snapback.rescue import not_back, reasons

_NAMES = ("name", "key")
_MEANINGS = {
    "experiment_id": "the name of the experiment's execution",
    "name": "what the report calls the target",
    "key": "the target's key in the report",
}
_EXAMPLE = (
    '{"experiment_id": "the execution\'s name", "name": "the target\'s name", '
    '"reason": "why it is given up"}'
)


@dataclass(frozen=True, slots=True)
class Abandonment:
    """Which target of which experiment is given up, by one of its two names, and why."""

    experiment_id: str
    by: str
    value: str
    reason: str

    def means(self, target: Target) -> bool:
        """Whether this is the target."""
        found = (target.key,) if self.by == "key" else (target.name, target.live_name)
        return self.value in found


def parse(asked: object) -> Abandonment:
    """What the input gives up; InvalidExperiment with every problem at once."""
    if not isinstance(asked, Mapping):
        raise InvalidExperiment(f"input: {asked!r} is refused; give {_EXAMPLE}")
    if problems := _problems(asked):
        raise InvalidExperiment("\n".join(problems))
    by = next(each for each in _NAMES if each in asked)
    return Abandonment(asked["experiment_id"], by, asked[by], asked["reason"].strip())


def _problems(asked: Document) -> list[str]:
    known = (*_MEANINGS, "reason")
    problems = [f"{name}: unknown key; give {_EXAMPLE}" for name in asked if name not in known]
    if sum(name in asked for name in _NAMES) != 1:
        problems.append(f"input: name one target, by its name or its key, as in {_EXAMPLE}")
    problems += [
        f"{name}: {asked.get(name)!r} is refused; give {meaning}"
        for name, meaning in _MEANINGS.items()
        if (name in asked or name not in _NAMES) and not _is_text(asked.get(name))
    ]
    if problem := reasons.problem("reason", asked.get("reason")):
        problems.append(problem)
    return problems


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def abandon(asked: object, execution: str, attempt: Attempt) -> Step[dict[str, Any]]:
    """Move a target that cannot be put back to `abandoned`; `{experiment_id, target, by_hand}`.

    InvalidExperiment unless a restore has tried for `late_seconds` and has said why it fails: a
    target that is only on its way back must not be lost. Nothing new is injected afterwards; what
    else is not back, the next restore puts back, and then closes the experiment. Asking again for
    what is abandoned already is no error.
    """
    wanted = parse(asked)
    meta = yield from load_open(wanted.experiment_id)
    if meta is None:
        raise InvalidExperiment(
            f"experiment_id: {wanted.experiment_id!r} is not open; there is nothing to abandon"
        )
    target = _chosen(wanted, (yield from load_standing(wanted.experiment_id)))
    if target.status == "restoring":
        _refuse_early(wanted, target, attempt)
        reason = f"{wanted.reason} (execution {execution})"
        yield from target.move("abandoned", expect=("restoring",), values={"reason": reason})
    target = _chosen(wanted, (yield from load_targets(wanted.experiment_id)))
    if target.status != "abandoned":
        raise InvalidExperiment(_not_now(wanted, f"is {target.status}", _instead(target)))
    yield from fence(meta, reason=f"{target.name} was abandoned")
    by_hand = not_back.by_hand(meta, target)
    return {"experiment_id": wanted.experiment_id, "target": target.name, "by_hand": by_hand}


def _refuse_early(wanted: Abandonment, target: Target, attempt: Attempt) -> None:
    late_at = target.restoring_since + attempt.timings.late_seconds
    if attempt.now <= late_at:
        time = f"{datetime.fromtimestamp(late_at, UTC):%H:%M:%S} UTC"
        since = f"has been restoring for {attempt.now - target.restoring_since:.0f} seconds"
        raise InvalidExperiment(_not_now(wanted, since, f"let the restore try until {time}"))
    if not target.reason:
        silent = "is restoring, and no restore has said yet why it fails"
        raise InvalidExperiment(_not_now(wanted, silent, "start a restore and let it try"))


def _not_now(wanted: Abandonment, state: str, instead: str) -> str:
    return (
        f"{wanted.by}: {wanted.value!r} {state}; only a target that a restore fails to put back can "
        f"be abandoned; {instead}"
    )


def _chosen(wanted: Abandonment, targets: Sequence[Target]) -> Target:
    found = [target for target in targets if wanted.means(target)]
    if not found:
        names = ", ".join(getattr(target, wanted.by) for target in targets)
        raise InvalidExperiment(
            f"{wanted.by}: {wanted.value!r} is not a target of this experiment; give one of {names}"
        )
    return found[0]


def _instead(target: Target) -> str:
    if target.terminal:
        return "there is nothing left to give up"
    return "start a restore and let it try"
