"""How far behind a stream's mapping is before anything begins: the outage comes on top of it."""

from math import ceil

from snapback.faults.mappings.proofs.subject import Subject
from snapback.faults.mappings.reading import (
    AGED,
    everything,
    greatest_age,
    iterator_ages,
    neighbour,
)
from snapback.model.effects import Step
from snapback.model.findings import NOTHING, Findings, warning
from snapback.workload.sources import kind_of


def measure(subject: Subject) -> Step[tuple[int | None, Findings]]:
    """The seconds that it may be behind (None if nobody knows), and a warning if it may be more."""
    if kind_of(subject.config) not in AGED:
        return None, NOTHING
    what = f"How far {subject.function_arn} is behind {subject.source_arn}"
    measured = yield from iterator_ages(subject.function_arn, subject.now)
    if measured.refused:
        return None, warning(f"{what} could not be checked ({measured.refused}).")
    age = greatest_age(measured, subject.now)
    if age is not None:
        return ceil(age), (yield from _hidden(subject, what))
    return None, _unknown(what, "CloudWatch has no iterator age of the last 15 minutes")


def _hidden(subject: Subject, what: str) -> Step[Findings]:
    """The ages are those of the function: what a mapping does not read, they do not tell."""
    if subject.config["State"] == "Disabled":
        return _unknown(what, f"mapping {subject.uuid} is Disabled")
    view = yield from everything()
    if view.problem:
        return _unknown(what, view.problem)
    if beside := neighbour(subject.config, view.documents):
        return _unknown(what, f"mapping {beside} shares its function's only iterator age")
    return NOTHING


def _unknown(what: str, because: str) -> Findings:
    return warning(
        f"{what} is not known: {because}. If it is behind, that much less of its records' time is "
        "left."
    )
