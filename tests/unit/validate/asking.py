"""Asks for an experiment on all mappings of `orders`, and is answered as validation answers."""

from typing import Any

import pytest

from snapback.model.effects import Call
from snapback.model.errors import InvalidExperiment
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.validate.limits import Limits
from snapback.validate.validation import validate
from tests.fakes.answers import Answers, answer, ok
from tests.unit.proof_account import LIMITS, NOW

LEAST = {"function_name": "orders", "event_uuids": "all"}
ATTEMPT = Attempt("me", NOW + 120, Timings(), lambda: NOW)


def validated(
    answers: Answers, limits: Limits = LIMITS, asked: list[Call] | None = None, **request: Any
) -> dict[str, Any]:
    """What validation hands over of a request; no kill switch is engaged."""
    switch = {"GetParameter": ok(Parameter={"Value": "off"})}
    step = validate(LEAST | request, limits, "kill-switch", ATTEMPT)
    return answer(step, switch | dict(answers), asked=asked)


def refused(answers: Answers, limits: Limits = LIMITS, **request: Any) -> list[str]:
    """The problems of a request that is refused."""
    with pytest.raises(InvalidExperiment) as refusal:
        validated(answers, limits, **request)
    return str(refusal.value).splitlines()
