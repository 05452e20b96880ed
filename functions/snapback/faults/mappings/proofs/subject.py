"""What a proof is about: one mapping, and what is known around it."""

from dataclasses import dataclass

from snapback.model.effects import Document
from snapback.model.findings import Findings


@dataclass(frozen=True, slots=True)
class Subject:
    """One mapping to be proved, and what is known around it.

    `function` is the configuration that its FunctionArn stands for, empty if that does not exist;
    `outage_seconds` is how long nothing reads its source if all goes as planned; `restoring_role` is
    the ARN of the role that makes it again, empty if that is not known; `table_key` that of the
    customer's key which encrypts its snapshot, empty if there is none; `now` the epoch second;
    `resume` and `position_margin` say where a recreated stream mapping starts.
    """

    config: Document
    outage_seconds: int
    function: Document
    now: float
    deletes: bool = False
    allow_managed: bool = False
    accept_expiry: bool = False
    restoring_role: str = ""
    table_key: str = ""
    resume: str = "lossless"
    position_margin: float = 0

    @property
    def uuid(self) -> str:
        """The mapping's UUID."""
        return str(self.config["UUID"])

    @property
    def function_arn(self) -> str:
        """The function that it feeds, with its qualifier."""
        return str(self.config["FunctionArn"])

    @property
    def source_arn(self) -> str:
        """The ARN of its event source; empty for Kafka brokers of one's own."""
        return str(self.config.get("EventSourceArn", ""))


def problem(uuid: str, what: str) -> Findings:
    """A finding that refuses one mapping."""
    return Findings(problems=(f"event_uuids: {uuid} {what}",))
