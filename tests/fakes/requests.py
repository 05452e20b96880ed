"""Whether a request is one that the SDK would send, by botocore's own model of the API."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator


def check(service: str, operation: str, params: Mapping[str, Any]) -> None:
    """Fail on an unknown operation, a parameter that is missing or unknown, or a wrong type."""
    model = _model(service)
    assert operation in model.operation_names, f"{service} has no operation {operation}"
    shape = model.operation_model(operation).input_shape
    report = ParamValidator().validate(dict(params), shape)
    assert not report.has_errors(), f"{operation}: {report.generate_report()}"


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)
