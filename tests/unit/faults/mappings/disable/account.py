"""The mapping of a stream that was disabled."""

from snapback.model.records import Target
from tests.unit.faults.mappings import targets
from tests.unit.proof_account import STREAM, UUID, mapping


def target(state: str = "Enabled", came_from: str = "injected") -> Target:
    """The mapping as it was captured in a state."""
    undo = {"UUID": UUID, "Enabled": state == "Enabled"}
    return targets.target(mapping(STREAM, State=state), undo, came_from=came_from)
