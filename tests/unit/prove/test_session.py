"""How steps are run: what one fails to give is missing, and a run that is over ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from prove.assembly import Assembly
from prove.evidence import Limits, Stops, Wire
from prove.limit import Stopped
from prove.plan import planned
from prove.session import Gathered, ask, prove
from prove.steps import Step
from prove.world import Pace, World
from tests.unit.prove.worlds import NUMBER, world

LIMITS = Limits(1000, 900)
WIRE = Wire(1, (), ())


def step(*gives: type, gather: Callable[[World], Iterator[object]], flagged: bool = False) -> Step:
    return Step("ask it", gives, gather, 1, flagged=flagged)


def test_what_a_step_gives_is_found() -> None:
    gathered = Gathered()
    ask(world(), [[step(Limits, gather=lambda _: iter([LIMITS]))]], [], gathered)
    assert gathered.found == {Limits: LIMITS}
    assert gathered.missing == {}


def test_what_a_failed_step_gave_before_is_kept_and_the_rest_is_missing() -> None:
    def half(_: World) -> Iterator[object]:
        yield WIRE
        raise KeyError(f"arn:aws:sqs:us-east-1:{NUMBER}:q")

    said: list[str] = []
    gathered = Gathered()
    lane = [step(Wire, Stops, gather=half), step(Limits, gather=lambda _: iter([LIMITS]))]
    ask(world(said), [lane], [], gathered)
    assert set(gathered.found) == {Wire, Limits}
    assert "KeyError" in gathered.missing[Stops]
    assert NUMBER not in gathered.missing[Stops]
    assert any(each.startswith("FAILED to ask it") for each in said)
    assert not any(NUMBER in each for each in said)


def test_a_step_that_ends_without_its_evidence_is_missing_it() -> None:
    gathered = Gathered()
    ask(world(), [], [step(Stops, gather=lambda _: iter([]))], gathered)
    assert gathered.missing == {Stops: "the step ended without it"}


def test_a_run_that_is_told_to_stop_ends_in_every_lane() -> None:
    here = world()

    def stopping(of: World) -> Iterator[object]:
        of.limit.stop("it was told to stop (SIGINT)")
        of.limit.look()
        yield WIRE

    def waiting(of: World) -> Iterator[object]:
        of.limit.pause(30)
        yield LIMITS

    gathered = Gathered()
    lanes = [[step(Limits, gather=waiting)], [step(Wire, gather=stopping)]]
    with pytest.raises(Stopped, match="SIGINT"):
        ask(here, lanes, [], gathered)
    assert gathered.missing == {Limits: "the run was stopped", Wire: "the run was stopped"}


def test_a_step_for_flagged_sources_runs_only_with_one() -> None:
    flagged = step(Limits, gather=lambda _: iter([LIMITS]), flagged=True)
    without, with_one = Gathered(), Gathered()
    ask(world(), [[flagged]], [], without)
    ask(world(mq={"FunctionName": "f"}), [[flagged]], [], with_one)
    assert without.found == {}
    assert with_one.found == {Limits: LIMITS}


@mock_aws
def test_a_run_that_cannot_deploy_or_clean_up_still_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> list[str]:
        raise ClientError({"Error": {"Code": "Throttling", "Message": NUMBER}}, "ListBuckets")

    monkeypatch.setattr("prove.session.clean", refuse)
    here = world()
    regions = ("us-east-1", "eu-west-1")
    plan = planned(here.name, "X", regions, (), [{"Resources": {}}], Pace.on_aws())
    gathered = prove(Assembly(tmp_path, here.account), plan, here.pace, here.limit, here.say)
    assert "manifest.json" in gathered.stopped
    [left] = gathered.left
    assert left.startswith(f"clean-up of {here.name} failed: ClientError")
    assert NUMBER not in left


@mock_aws
@pytest.mark.parametrize("error", [BrokenPipeError(), ValueError("I/O operation on closed file")])
def test_a_run_is_cleaned_up_when_nobody_can_be_told(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned: list[str] = []

    def note(_: object, name: str, say: Callable[[str], object]) -> list[str]:
        say("removing ...")
        cleaned.append(name)
        return []

    def silent(_: str) -> None:
        raise error

    monkeypatch.setattr("prove.session.clean", note)
    here = world()
    plan = planned(
        here.name, "X", ("us-east-1", "eu-west-1"), (), [{"Resources": {}}], Pace.on_aws()
    )
    gathered = prove(Assembly(tmp_path, here.account), plan, here.pace, here.limit, silent)
    assert gathered.left == []
    assert cleaned == [here.name]
