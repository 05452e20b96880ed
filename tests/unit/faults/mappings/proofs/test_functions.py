"""The function that a mapping feeds has to be there, under the same version or alias."""

from collections.abc import Mapping
from typing import Any

import pytest

from snapback.model.effects import Answer
from tests.fakes.answers import GONE, ok
from tests.unit.proof_account import FUNCTION, account, function, mapping, refused


@pytest.mark.parametrize("arn", [f"{FUNCTION}:live", f"{FUNCTION}:7"])
def test_an_alias_or_version_that_is_gone_is_refused(arn: str) -> None:
    def get_function(params: Mapping[str, Any]) -> Answer:
        known = params["FunctionName"] == "orders"
        return ok(Configuration=function()) if known else GONE

    [problem] = refused(account(mapping(FunctionArn=arn), GetFunction=get_function))
    assert f"feeds {arn}, which does not exist; make that version or alias again" in problem
