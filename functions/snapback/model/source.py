"""Where a function's events come from, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One source of events of a function.

    `kind` is a short name such as `sqs`; `arn` is empty where AWS has none, as for
    self-managed Kafka. `destination` is the ARN of where failed events go, empty for none. `concurrency` is
    how many invocations at once it may cause, `capped` whether that is a limit someone has set.
    """

    arn: str
    kind: str
    active: bool
    concurrency: int
    capped: bool = False
    destination: str = ""
