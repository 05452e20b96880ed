"""Every fault of the registry answers the contract: mypy checks the types, this test the names."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from snapback.faults import registry
from snapback.faults.mappings.delete import act as delete_act
from snapback.faults.mappings.delete import plan as delete_plan
from snapback.faults.mappings.delete import tell as delete_tell
from snapback.faults.mappings.delete import undo as delete_undo
from snapback.faults.mappings.disable import act as disable_act
from snapback.faults.mappings.disable import plan as disable_plan
from snapback.faults.mappings.disable import tell as disable_tell
from snapback.faults.mappings.disable import undo as disable_undo
from snapback.protocol.contract import Act, Plan, Tell, Undo

PLANS: dict[str, Plan] = {"delete-mappings": delete_plan, "disable-mappings": disable_plan}
ACTS: dict[str, Act] = {"delete-mappings": delete_act, "disable-mappings": disable_act}
UNDOS: dict[str, Undo] = {"delete-mappings": delete_undo, "disable-mappings": disable_undo}
TELLS: dict[str, Tell] = {"delete-mappings": delete_tell, "disable-mappings": disable_tell}
"""The assignments are the test: mypy refuses a module that does not answer its protocol."""


@dataclass(frozen=True)
class Part:
    """One of the four modules of a fault: its protocol, how it is loaded, and what mypy has seen."""

    protocol: type
    load: Callable[[str], object]
    checked: Mapping[str, object]

    def questions(self) -> dict[str, Callable[..., object]]:
        """The functions of the protocol by their names."""
        members = vars(self.protocol).items()
        return {k: v for k, v in members if inspect.isfunction(v) and not k.startswith("_")}


every_part = pytest.mark.parametrize(
    "part",
    [
        Part(Plan, registry.plan, PLANS),
        Part(Act, registry.act, ACTS),
        Part(Undo, registry.undo, UNDOS),
        Part(Tell, registry.tell, TELLS),
    ],
    ids=lambda part: part.protocol.__name__,
)
every_fault = pytest.mark.parametrize("fault", registry.FAULTS)


def parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    """Their names, kinds, defaults and types, but for the `self` of a protocol."""
    found = inspect.signature(function).parameters
    return [each for name, each in found.items() if name != "self"]


@every_part
@every_fault
def test_every_part_of_every_fault_is_seen_by_mypy(fault: str, part: Part) -> None:
    assert part.load(fault) is part.checked[fault]


@every_part
@every_fault
def test_every_part_of_every_fault_has_the_exact_parameters(fault: str, part: Part) -> None:
    for name, question in part.questions().items():
        assert parameters(getattr(part.load(fault), name)) == parameters(question), name


@every_part
@every_fault
def test_a_part_of_a_fault_offers_its_protocol_and_nothing_else(fault: str, part: Part) -> None:
    offered = vars(part.load(fault))["__all__"]
    assert set(offered) == {*part.questions(), *part.protocol.__annotations__}
