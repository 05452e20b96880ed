"""How far behind a stream's mapping is before anything begins: the outage comes on top of it."""

from math import ceil

from snapback.effects import Answer, Step
from snapback.faults.reading import ages, greatest_age
from snapback.mappings import source_of
from snapback.proofs.findings import NOTHING, Findings, Subject, not_looked_at, warning

_MEASURED = ("kinesis", "dynamodb", "documentdb")
"""Sources whose iterator age Lambda publishes, one value for all mappings of a function."""


def measure(subject: Subject) -> Step[tuple[int | None, Findings]]:
    """The seconds that it may be behind (None if nobody knows), and a warning where that is so."""
    if source_of(subject.config) not in _MEASURED:
        return None, NOTHING
    what = f"How far {subject.function_arn} is behind {subject.source_arn}"
    answer: Answer = yield ages(subject.function_arn, subject.now)
    if not answer.done:
        return None, not_looked_at(what, answer)
    age = greatest_age(answer, subject.now)
    if age is not None:
        return ceil(age), NOTHING
    return None, warning(
        f"{what} is not known: CloudWatch has no iterator age of the last 15 minutes. If it is "
        "behind, that much less of its records' time is left."
    )
