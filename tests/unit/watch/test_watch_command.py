"""Where `python -m watch` looks, what it says when it cannot, and with which exit code it ends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoRegionError

from watch import __main__ as watch
from watch.look import Look, look
from watch.place import Lab, NoLabRuns, variables
from watch.problems import explained
from watch.view import line

LAB = Lab("000000000000", {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
IN_LAB = "arn:aws:states:us-east-1:000000000000:execution:Experiment:demo"
IN_AWS = "arn:aws:states:eu-west-1:123456789012:execution:Experiment:demo"


@pytest.mark.parametrize(
    ("execution", "environment", "lab", "in_lab", "expected"),
    [
        ("demo", {}, LAB, False, "lab"),
        ("demo", {"AWS_PROFILE": ""}, LAB, False, "lab"),
        ("demo", {"AWS_PROFILE": "me"}, LAB, False, None),
        ("demo", {"AWS_PROFILE": "me"}, LAB, True, "lab"),
        ("demo", {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, LAB, False, None),
        ("demo", {}, None, False, None),
        (IN_LAB, {"AWS_PROFILE": "me"}, LAB, False, "lab"),
        (IN_AWS, {}, LAB, False, "eu-west-1"),
        (IN_AWS, {"AWS_DEFAULT_REGION": "us-east-2"}, None, False, "eu-west-1"),
        ("arn:aws:nonsense", {}, None, False, None),
    ],
)
def test_an_execution_is_looked_for_where_it_is_meant(
    execution: str,
    environment: dict[str, str],
    lab: Lab | None,
    expected: str | None,
    *,
    in_lab: bool,
) -> None:
    found = variables(execution, environment, lab, in_lab=in_lab)
    if expected == "lab":
        assert found == LAB.environment
    else:
        assert found == ({"AWS_DEFAULT_REGION": expected} if expected else {})


def test_a_lab_that_is_asked_for_must_run() -> None:
    with pytest.raises(NoLabRuns, match="make lab"):
        variables("demo", {}, None, in_lab=True)


def refused(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            refused("ValidationError", "Stack with id X does not exist"),
            "Stack with id X does not exist: give the stack's name with --stack, and check",
        ),
        (refused("ExecutionDoesNotExist", "Execution Does Not Exist."), "Exist: check its name"),
        (refused("Throttling", "Rate exceeded"), "Rate exceeded"),
        (refused("Throttling", ""), "Throttling"),
        (NoRegionError(), "You must specify a region: set up the AWS SDK, or start a lab"),
        (watch.NotSnapback("X", "TableName"), "stack X has no output TableName"),
    ],
)
def test_a_problem_is_one_line_with_its_way_out(error: Exception, sentence: str) -> None:
    assert sentence in explained(error)
    assert "\n" not in explained(error)


def seen(status: str) -> Look:
    return Look("demo", status, "Hold", None, (), {})


def running(*statuses: str) -> Callable[..., Iterator[Look]]:
    return lambda *_: iter([seen(each) for each in statuses])


def raising(error: BaseException) -> Callable[..., Iterator[Look]]:
    def found(*_: object) -> Iterator[Look]:
        yield seen("RUNNING")
        raise error

    return found


@pytest.mark.parametrize(
    ("looks", "code"),
    [
        (running("RUNNING", "SUCCEEDED"), 0),
        (running("FAILED"), 1),
        (running("RUNNING", "ABORTED"), 1),
        (raising(refused("ExecutionDoesNotExist", "no")), 2),
        (raising(KeyboardInterrupt()), 130),
    ],
)
def test_the_exit_code_says_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], looks: Any, code: int
) -> None:
    monkeypatch.setattr(watch, "running_lab", lambda: None)
    monkeypatch.setattr(watch, "looks", looks)
    monkeypatch.setattr("sys.argv", ["watch", "demo"])
    assert watch.main() == code
    said = capsys.readouterr().err
    assert bool(said) == (code == watch.CANNOT_WATCH)


def test_the_last_line_says_why_it_ended_and_what_is_not_back() -> None:
    execution = {"name": "demo", "status": "ABORTED", "error": "Stopped", "cause": "by me\nnow"}
    target = {"sk": "target#k", "experiment_id": "demo", "key": "k", "name": "u"}
    items = [{**target, "status": "injected"}, {**target, "status": "restored"}]
    said = line(look(execution, {"events": []}, items, 0))
    assert "ABORTED Stopped: by me; 1 not back yet: the rescue restores them" in said


@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf", "soon"])
def test_a_pause_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    monkeypatch.setattr("sys.argv", ["watch", "demo", "--seconds", given])
    with pytest.raises(SystemExit) as ended:
        watch.main()
    assert ended.value.code == 2
    assert "give seconds, 0.1 or more" in capsys.readouterr().err
