"""The Step Functions API that handlers call: names are used once, and executions are virtual."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.asl.execution import Execution, definition
from tests.fakes.lambdas import Lambdas
from tests.fakes.scheduler import Scheduler
from tests.fakes.wire import Response, ok, refusal

ARN = "arn:aws:states:eu-west-1:123456789012:"

type Entering = Callable[[Execution, str], None]


def arn_of(machine: str) -> str:
    """The state machine's ARN."""
    return f"{ARN}stateMachine:{machine}"


@dataclass
class Executions:
    """Every execution there is, by its ARN."""

    scheduler: Scheduler
    lambdas: Lambdas
    changed: Callable[[], None] = lambda: None
    entering: Entering = lambda _execution, _state: None
    all: dict[str, Execution] = field(default_factory=dict)

    def start(self, machine: str, given: Any, name: str) -> Execution:
        """Start one, unless the name was used."""
        arn = f"{ARN}execution:{machine}:{name}"
        assert arn not in self.all, f"{name} was used"
        self.all[arn] = Execution(
            scheduler=self.scheduler,
            lambdas=self.lambdas,
            definition=definition(machine, self.lambdas.timings),
            arn=arn,
            given=given,
            entering=self._entering,
            changed=self.changed,
        )
        return self.all[arn]

    def _entering(self, execution: Execution, state: str) -> None:
        self.entering(execution, state)

    @property
    def running(self) -> bool:
        """Whether any is under way."""
        return any(each.status == "RUNNING" for each in self.all.values())

    def answer(self, operation: str, asked: dict[str, Any]) -> Response:
        """Answer StartExecution or DescribeExecution."""
        if operation == "DescribeExecution":
            found = self.all.get(asked["executionArn"])
            if found is None:
                return refusal("stepfunctions", 400, "ExecutionDoesNotExist")
            return ok({"executionArn": found.arn, "status": found.status, "name": found.arn})
        assert operation == "StartExecution"
        machine = asked["stateMachineArn"].rsplit(":", 1)[1]
        known = self.all.get(f"{ARN}execution:{machine}:{asked['name']}")
        given = json.loads(asked["input"])
        if known is not None and (known.status != "RUNNING" or known.given != given):
            return refusal("stepfunctions", 400, "ExecutionAlreadyExists")
        made = known or self.start(machine, given, asked["name"])
        return ok({"executionArn": made.arn, "startDate": self.scheduler.now})
