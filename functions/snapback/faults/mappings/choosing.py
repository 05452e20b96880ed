"""Which mappings an experiment is about: those it names, or all of its function."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from snapback.faults.mappings.mapping import key_of
from snapback.faults.mappings.reading import Refuse, Remark, everything, many, read, unfit
from snapback.model.effects import Answer, Document, Step
from snapback.protocol.contract import Choice, Chosen, Unfit
from snapback.workload.functions import unqualified


@dataclass(frozen=True, slots=True)
class Wanted:
    """The mappings that a request asks for.

    `function_name` is as the user gave it, `function_arn` is unqualified. `refuse` says why one of
    them cannot be a target, and `remark` what is to be warned of.
    """

    function_name: str
    function_arn: str
    uuids: Sequence[str] | Literal["all"]
    refuse: Refuse
    remark: Remark = lambda _: ()

    def includes(self, config: Document) -> bool:
        """Whether a mapping feeds the function, under the qualifier in its name if it has one."""
        name = self.function_name.split(":")
        qualifier = name[7:] if name[0] == "arn" else name[1:]
        wanted = ":".join((self.function_arn, *qualifier))
        fed = str(config["FunctionArn"])
        return fed == wanted if qualifier else unqualified(fed) == self.function_arn


def choose(wanted: Wanted) -> Step[Choice]:
    """Find the mappings, and what is wrong with the choice."""
    if isinstance(wanted.uuids, str):
        return (yield from _choose_all(wanted))
    return (yield from _choose_named(wanted, wanted.uuids))


def _chosen(config: Document) -> Chosen:
    return Chosen(str(config["UUID"]), key_of(config), config)


def _choose_all(wanted: Wanted) -> Step[Choice]:
    """List every mapping: a list by function name may leave out those of its aliases."""
    view = yield from everything()
    if view.problem:
        return Choice(problems=(f"event_uuids: {view.problem}; check the permissions",))
    included = [each for each in view.answers.values() if wanted.includes(each.body)]
    if not included:
        problem = f"event_uuids: 'all', but {wanted.function_name} has no event source mapping"
        return Choice(problems=(problem,))
    problems, found = [], []
    for each in included:
        got = yield from read(each.body["UUID"], view)
        if problem := _refusal(wanted, got):
            problems.append(f"event_uuids: {each.body['UUID']} {problem}")
        found.append(got if got.done else each)
    chosen = tuple(_chosen(each.body) for each in found)
    return Choice(chosen, tuple(problems), _remarks(wanted, found))


def _remarks(wanted: Wanted, found: Iterable[Answer]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(remark for each in found for remark in wanted.remark(each)))


def _choose_named(wanted: Wanted, uuids: Sequence[str]) -> Step[Choice]:
    if not uuids:
        hint = "give at least one UUID, or 'all'"
        return Choice(problems=(f"event_uuids: the list is empty; {hint}",))
    problems = [*_repeated(uuids)]
    found: list[Answer] = []
    view = yield from many(uuids)
    for uuid in dict.fromkeys(uuids):
        got = yield from read(uuid, view)
        if problem := _refusal(wanted, got):
            problems.append(f"event_uuids: {uuid} {problem}")
        else:
            found.append(got)
    chosen = tuple(_chosen(each.body) for each in found)
    return Choice(chosen, tuple(problems), _remarks(wanted, found))


def _repeated(uuids: Sequence[str]) -> Iterator[str]:
    for uuid in sorted({uuid for uuid in uuids if uuids.count(uuid) > 1}):
        yield f"event_uuids: {uuid} is given twice; keep one"


def _refusal(wanted: Wanted, got: Answer) -> str:
    if got.gone:
        function = wanted.function_name
        listing = f"aws lambda list-event-source-mappings --function-name {function}"
        return f"does not exist; list the mappings with `{listing}`"
    if not got.done:
        return f"cannot be read ({got}); check the UUID and the permissions"
    if not wanted.includes(got.body):
        return (
            f"belongs to {got.body['FunctionArn']}, not to {wanted.function_name}; "
            "leave it out or name its own function"
        )
    return wanted.refuse(got.body, got.unknown)


def identify(names: Sequence[str]) -> Step[list[str | Unfit]]:
    """The key of each mapping as it is now."""
    view = yield from many(names)
    keys: list[str | Unfit] = []
    for uuid in names:
        got = yield from read(uuid, view)
        keys.append(key_of(got.body) if got.done else unfit(uuid, f"cannot be read ({got})"))
    return keys
