"""How far is a stream's mapping behind already? The outage comes on top of that."""

from math import ceil

from snapback.faults.mappings.iterator_age import (
    AGED,
    FAILED,
    PARTIAL,
    WINDOW_SECONDS,
    failed,
    fails_in_part,
    neighbour,
    read,
    seconds_behind,
)
from snapback.faults.mappings.proofs.subject import Subject
from snapback.faults.mappings.reading import everything
from snapback.model.effects import Step
from snapback.model.findings import NOTHING, Findings, warning
from snapback.workload.sources import kind_of


def measure(subject: Subject) -> Step[tuple[int | None, Findings]]:
    """How many seconds it may be behind (None if nothing tells), and a warning if it may be more."""
    if kind_of(subject.config) not in AGED:
        return None, NOTHING
    what = f"How far {subject.function_arn} is behind {subject.source_arn}"
    measured = yield from read(subject.function_arn, subject.now)
    if measured.refused:
        return None, warning(f"{what} could not be checked ({measured.refused}).")
    behind = seconds_behind(measured, subject.now)
    if behind is not None and failed(measured, subject.now - WINDOW_SECONDS):
        return ceil(behind), _unknown(what, FAILED)
    if behind is not None:
        return ceil(behind), (yield from _hidden(subject, what))
    return None, _unknown(what, "CloudWatch has no iterator age of the last 15 minutes")


def _hidden(subject: Subject, what: str) -> Step[Findings]:
    """A warning where the function's ages do not show how far this mapping is behind."""
    if subject.config["State"] == "Disabled":
        return _unknown(what, f"mapping {subject.uuid} is Disabled")
    if fails_in_part(subject.config):
        return _unknown(what, PARTIAL)
    view = yield from everything()
    if view.problem:
        return _unknown(what, view.problem)
    if beside := neighbour(subject.config, view.documents):
        return _unknown(what, f"mapping {beside} shares its function's only iterator age")
    return NOTHING


def _unknown(what: str, because: str) -> Findings:
    return warning(
        f"{what} is not known: {because}. If it is behind, its records have that much less time "
        "left."
    )
