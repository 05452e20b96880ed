"""How far behind a stream's mapping is before anything begins: the outage comes on top of it."""

from math import ceil

from snapback.faults.mappings.mapping import source_of
from snapback.faults.mappings.proofs.findings import (
    NOTHING,
    Findings,
    Subject,
    not_looked_at,
    warning,
)
from snapback.faults.mappings.reading import AGED, ages, greatest_age, neighbour
from snapback.model.effects import Step
from snapback.protocol.contract import Pending


def measure(subject: Subject) -> Step[tuple[int | None, Findings]]:
    """The seconds that it may be behind (None if nobody knows), and a warning if it may be more."""
    if source_of(subject.config) not in AGED:
        return None, NOTHING
    what = f"How far {subject.function_arn} is behind {subject.source_arn}"
    answer = yield from ages(subject.function_arn, subject.now)
    if not answer.done:
        return None, not_looked_at(what, answer)
    age = greatest_age(answer, subject.now)
    if age is not None:
        return ceil(age), (yield from _hidden(subject, what))
    return None, _unknown(what, "CloudWatch has no iterator age of the last 15 minutes")


def _hidden(subject: Subject, what: str) -> Step[Findings]:
    """The ages are those of the function: what a mapping does not read, they do not tell."""
    if subject.config["State"] == "Disabled":
        return _unknown(what, f"mapping {subject.uuid} is Disabled")
    beside = yield from neighbour(subject.config)
    if isinstance(beside, Pending):
        return _unknown(what, beside.reason)
    if beside:
        return _unknown(what, f"mapping {beside} shares its function's only iterator age")
    return NOTHING


def _unknown(what: str, because: str) -> Findings:
    return warning(
        f"{what} is not known: {because}. If it is behind, that much less of its records' time is "
        "left."
    )
