"""One scope of a running execution: a cursor in a list of states, its input and its variables."""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.asl.expressions import StatesError, evaluate


@dataclass(eq=False)
class Scope:
    """The machine itself, a branch of a Parallel, or an iteration of a Map.

    A redrive goes on at `at`, the state that was not finished, with the children that were.
    """

    states: Mapping[str, Any]
    at: str
    input: Any
    context: Mapping[str, Any]
    variables: MutableMapping[str, Any]
    children: list["Scope"] | None = None
    done: bool = False
    output: Any = None

    @classmethod
    def begin(
        cls, definition: Mapping[str, Any], given: Any, context: Mapping[str, Any]
    ) -> "Scope":
        """The scope of a whole machine."""
        return cls(definition["States"], definition["StartAt"], given, context, {})

    def inner(self, definition: Mapping[str, Any], given: Any, **context: Any) -> "Scope":
        """A child: it reads the variables of this scope, and assigns its own."""
        seen: MutableMapping[str, Any] = ChainMap({}, self.variables)
        merged = {**self.context, **context}
        return Scope(definition["States"], definition["StartAt"], given, merged, seen)

    @property
    def state(self) -> Mapping[str, Any]:
        """The definition of the state the cursor is at."""
        found: Mapping[str, Any] = self.states[self.at]
        return found

    @property
    def latest(self) -> Any:
        """The output of the state that was left last."""
        return self.output if self.done else self.input

    def value(self, value: Any, **states: Any) -> Any:
        """Evaluate a value of the definition, with `$states` and the variables."""
        known = {"input": self.input, "context": self.context, **states}
        return evaluate(value, {**self.variables, "states": known})

    def go_on(self, rule: Mapping[str, Any], otherwise: Any, **states: Any) -> None:
        """Leave the state by a rule: assign, set the output, and move the cursor."""
        assigned = self.value(rule.get("Assign", {}), **states)
        output = self.value(rule["Output"], **states) if "Output" in rule else otherwise
        self.variables.update(assigned)
        self.children = None
        if "Next" in rule:
            self.at, self.input = rule["Next"], output
        else:
            self.done, self.output = True, output

    def caught(self, error: StatesError) -> bool:
        """Go on as a Catch of the state says; False if none is about this error."""
        for rule in self.state.get("Catch", ()):
            if matches(rule, error):
                self.go_on(rule, error.output(), errorOutput=error.output())
                return True
        return False


@dataclass
class Retrying:
    """How often each retry rule of a state was used since the state was entered."""

    rules: list[Mapping[str, Any]]
    used: dict[int, int] = field(default_factory=dict)

    def pause_after(self, error: StatesError) -> float | None:
        """Seconds until the next attempt, or None if there is none."""
        for index, rule in enumerate(self.rules):
            if matches(rule, error):
                used = self.used.get(index, 0)
                if used >= rule.get("MaxAttempts", 3):
                    return None
                self.used[index] = used + 1
                seconds = rule.get("IntervalSeconds", 1) * rule.get("BackoffRate", 2.0) ** used
                return float(min(seconds, rule.get("MaxDelaySeconds", seconds)))
        return None


def matches(rule: Mapping[str, Any], error: StatesError) -> bool:
    """Whether a Retry or Catch rule is about an error."""
    asked = rule["ErrorEquals"]
    named = error.name in asked or "States.ALL" in asked
    failed_task = not error.name.startswith("States.") or error.name == "States.Timeout"
    return named or ("States.TaskFailed" in asked and failed_task)
