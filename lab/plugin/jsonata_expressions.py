"""LocalEmu has no JSONata evaluator, does not escape strings in expressions, and does not name their failures."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import jsonata
from localemu.services.stepfunctions.asl.jsonata import jsonata as emulator


def install() -> None:
    """Put the evaluator and the escaping in place before any module of the interpreter copies the names."""
    copies = [
        name for name in sys.modules if name.startswith("localemu.services.stepfunctions.asl.eval")
    ]
    if copies:
        raise RuntimeError(f"the JSONata evaluator must be installed before {copies[0]}")
    emulator.eval_jsonata_expression = evaluate
    emulator.encode_jsonata_variable_declarations = declare
    from localemu.services.stepfunctions.asl.component.common.string import string_expression

    for kind in (string_expression.StringJSONata, string_expression.StringVariableSample):
        kind._eval_body = _name_failures(kind._eval_body)


def evaluate(expression: str) -> Any:
    """The value of an expression; None also for an undefined one, which the interpreter then asks about."""
    try:
        return json.loads(json.dumps(jsonata.Jsonata(expression).evaluate(None), default=str))
    except Exception as error:
        raise emulator.JSONataException("UNKNOWN", str(error)) from error


def declare(bindings: Mapping[str, Any]) -> str:
    """JSONata that assigns the variables."""
    return "".join(f"{name}:={json.dumps(value, default=str)};" for name, value in bindings.items())


def _name_failures(evaluate_body: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Report an expression that fails as States.QueryEvaluationError, as AWS does."""

    @functools.wraps(evaluate_body)
    def named(self: Any, env: Any) -> None:
        try:
            evaluate_body(self, env)
        except emulator.JSONataException as error:
            raise _query_evaluation_error(env, self.expression, error.details) from error

    return named


def _query_evaluation_error(env: Any, expression: str, details: str | None) -> Exception:
    from localemu.aws.api.stepfunctions import EvaluationFailedEventDetails, HistoryEventType
    from localemu.services.stepfunctions.asl.component.common.error_name import (
        failure_event,
        states_error_name,
        states_error_name_type,
    )
    from localemu.services.stepfunctions.asl.eval.event.event_detail import EventDetails

    name = states_error_name.StatesErrorName(
        typ=states_error_name_type.StatesErrorNameType.StatesQueryEvaluationError
    )
    event = failure_event.FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.EvaluationFailed,
        event_details=EventDetails(
            evaluationFailedEventDetails=EvaluationFailedEventDetails(
                cause=f"The JSONata expression '{expression}' failed: {details}",
                error=name.error_name,
            )
        ),
    )
    failure: Exception = failure_event.FailureEventException(failure_event=event)
    return failure
