"""Giving a target up: a person's recorded decision, when nothing can put it back.

It is asked for in the input of the restore machine, beside the experiment's id:
`{"abandon": {"name" or "key": "…", "reason": "…"}}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snapback.model.effects import Document, Step
from snapback.model.errors import InvalidExperiment
from snapback.model.records import Target
from snapback.protocol.lifecycle import load_standing

LONGEST_REASON = 500

_NAMES = ("name", "key")
_EXAMPLE = '{"name": "the target\'s name", "reason": "why it is given up"}'


@dataclass(frozen=True, slots=True)
class Abandonment:
    """Which target is given up, by one of its two names, and why."""

    by: str
    value: str
    reason: str

    def means(self, target: Target) -> bool:
        """Whether this is the target."""
        found = (target.key,) if self.by == "key" else (target.name, target.live_name)
        return self.value in found


def parse(asked: Document) -> Abandonment | None:
    """What the input gives up, if anything; InvalidExperiment with every problem at once."""
    if "abandon" not in asked:
        return None
    wanted = asked["abandon"]
    if not isinstance(wanted, Mapping):
        raise InvalidExperiment(f"abandon: {wanted!r} is refused; give {_EXAMPLE}")
    if problems := _problems(wanted):
        raise InvalidExperiment("\n".join(problems))
    by = next(each for each in _NAMES if each in wanted)
    return Abandonment(by, wanted[by], wanted["reason"].strip())


def _problems(wanted: Document) -> list[str]:
    known = (*_NAMES, "reason")
    problems = [
        f"abandon.{name}: unknown key; give {_EXAMPLE}" for name in wanted if name not in known
    ]
    if sum(name in wanted for name in _NAMES) != 1:
        problems.append(f"abandon: name one target, by its name or its key, as in {_EXAMPLE}")
    problems += [
        f"abandon.{name}: {wanted.get(name)!r} is refused; give {meaning}"
        for name, meaning in {
            "name": "what the report calls the target",
            "key": "the target's key in the report",
        }.items()
        if name in wanted and not _is_text(wanted[name])
    ]
    if problem := reason_problem("abandon.reason", wanted.get("reason")):
        problems.append(problem)
    return problems


def reason_problem(field: str, value: object) -> str:
    """What is wrong with a reason that someone gives, or an empty string: it is stored and shown."""
    if _is_text(value) and value == as_reason(str(value)):
        return ""
    given = repr(value)[:LONGEST_REASON]
    return (
        f"{field}: {given} is refused; give the reason in words, at most {LONGEST_REASON} "
        "characters on one line, without control characters"
    )


def as_reason(text: str) -> str:
    """A text as a reason: on one line, without control characters, and no longer than is taken."""
    return "".join(each if each.isprintable() else " " for each in text)[:LONGEST_REASON]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def abandon(experiment_id: str, wanted: Abandonment) -> Step[None]:
    """Move a target that is `restoring` to `abandoned`; InvalidExperiment if it is anything else.

    A target that is still `injecting` may yet be changed, and one that is `injected` has not been
    tried: the restore makes both `restoring` by itself. Asking again for what is abandoned already
    is no error.
    """
    targets = yield from load_standing(experiment_id)
    target = _chosen(wanted, targets)
    if target.status == "restoring":
        given_up = {"reason": wanted.reason}
        yield from target.move("abandoned", expect=("restoring",), values=given_up)
        targets = yield from load_standing(experiment_id)
        target = _chosen(wanted, targets)
    if target.status != "abandoned":
        raise InvalidExperiment(
            f"abandon.{wanted.by}: {wanted.value!r} is {target.status}; only a target that is "
            f"restoring can be abandoned; {_instead(target)}"
        )


def _chosen(wanted: Abandonment, targets: Sequence[Target]) -> Target:
    found = [target for target in targets if wanted.means(target)]
    if not found:
        names = ", ".join(getattr(target, wanted.by) for target in targets)
        raise InvalidExperiment(
            f"abandon.{wanted.by}: {wanted.value!r} is not a target of this experiment; "
            f"give one of {names}"
        )
    return found[0]


def _instead(target: Target) -> str:
    if target.terminal:
        return "there is nothing left to give up"
    return "start the restore without `abandon` first, and let it try"
