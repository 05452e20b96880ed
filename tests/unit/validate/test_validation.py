"""What validation asks of the account besides the proofs: the opt-in, and the alarms that stop."""

import pytest

from snapback.model.effects import Answer
from tests.fakes.answers import DENIED, ok, refused
from tests.unit.proof_account import FUNCTION, account, function, mapping, validated
from tests.unit.proof_account import refused as problems


@pytest.mark.parametrize("qualifier", ["live", "7"])
def test_an_alias_or_a_version_is_opted_in_by_its_function(qualifier: str) -> None:
    arn, name = f"{FUNCTION}:{qualifier}", f"orders:{qualifier}"
    found = ok(Configuration=function(FunctionArn=arn))
    fed = mapping(FunctionArn=arn)
    assert validated(account(fed, GetFunction=found), function_name=name)["targets"]
    [problem] = problems(account(fed, GetFunction=found, opt_in=ok(Tags={})), function_name=name)
    assert "has not opted in" in problem


def test_a_function_whose_tags_may_not_be_read_is_refused_for_that() -> None:
    [problem] = problems(account(opt_in=DENIED))
    assert "cannot be read" in problem


BROKEN = refused("InternalServiceFault", 500, "try again")


@pytest.mark.parametrize("answer", [DENIED, BROKEN])
def test_an_alarm_that_cannot_be_read_is_not_called_missing(answer: Answer) -> None:
    expect = [{"type": "alarm_stays_ok", "alarm": "late"}]
    found = problems(account(DescribeAlarms=answer), stop_alarms=["stop"], expect=expect)
    way_out = f"cannot be read ({answer.code}); grant cloudwatch:DescribeAlarms, or try again later"
    assert found == [
        f"expect: not steady: alarm 'late' {way_out}",
        f"stop_alarms: 'stop' {way_out}",
    ]
