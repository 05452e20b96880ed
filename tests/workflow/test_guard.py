"""The stack cannot be removed, nor its table replaced, over the head of an open experiment."""

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest

from aws.cloudformation import ANSWER_SECONDS
from snapback.model.effects import Step
from snapback.rescue import guarding
from snapback.rescue.guarding import LONGEST_REASON
from tests.fakes import roles
from tests.fakes.workload import KILL_SWITCH
from tests.workflow.account import Account
from tests.workflow.actions import ALL, stop_in_window

WORK_SECONDS = 60
POLL_SECONDS = 0.01


@dataclass
class CloudFormation:
    """Asks the guard, and hears its answer at a URL, as CloudFormation does."""

    account: Account
    url: str
    answers: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, request: str, table: str = "experiments", **more: Any) -> dict[str, Any]:
        event = {
            "RequestType": request,
            "ResponseURL": self.url,
            "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/Snapback/any",
            "RequestId": "request",
            "LogicalResourceId": "Guard",
            "ResourceProperties": {"ServiceToken": "any", "TableName": table},
            **more,
        }
        self.account.invoke("Guard", event)
        return self.answers[-1]


@pytest.fixture
def cloudformation(account: Account) -> Iterator[CloudFormation]:
    class Bucket(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            assert self.headers["Content-Type"] == ""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert len(body) <= 4096
            made.answers.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Bucket)
    made = CloudFormation(account, f"http://127.0.0.1:{server.server_port}/answer")
    Thread(target=server.serve_forever, args=[POLL_SECONDS], daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def kill_switch() -> str:
    return boto3.client("ssm").get_parameter(Name=KILL_SWITCH)["Parameter"]["Value"]


def test_a_deletion_restores_and_closes_every_open_experiment(
    account: Account, cloudformation: CloudFormation
) -> None:
    found = account.state()
    stop_in_window(account)
    assert account.state() != found
    answer = cloudformation.ask("Delete", PhysicalResourceId="made-before")
    assert answer == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "made-before",
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/Snapback/any",
        "RequestId": "request",
        "LogicalResourceId": "Guard",
    }
    assert account.state() == found
    assert account.open() == []


def test_a_deletion_ends_an_experiment_that_is_running(
    account: Account, cloudformation: CloudFormation
) -> None:
    found = account.state()
    execution = account.start("experiment", ALL | {"total_chaos_duration": 600})
    account.until(
        lambda: [t["status"] for t in account.items("target#")].count("injected") == 3,
        "the targets are detached",
    )
    assert cloudformation.ask("Delete")["Status"] == "SUCCESS"
    assert account.state() == found
    assert account.open() == []
    execution.stop()


def test_nothing_starts_once_a_deletion_was_asked_for(
    account: Account, cloudformation: CloudFormation
) -> None:
    before = account.mappings()
    assert cloudformation.ask("Delete")["Status"] == "SUCCESS"
    assert kill_switch() == "on"
    assert account.run("experiment", ALL)["error"] == "InvalidExperiment"
    assert account.mappings() == before


def test_a_deletion_is_refused_in_time_while_a_target_is_not_back(
    account: Account, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = account.state()
    execution = stop_in_window(account)
    allowed = roles.granted

    def without(module: str) -> set[str]:
        return allowed(module) - {"lambda:CreateEventSourceMapping"}

    with monkeypatch.context() as patch:
        patch.setattr(roles, "granted", without)
        account.platform.set_timings(guard_function_seconds=ANSWER_SECONDS + WORK_SECONDS)
        asked_at = time.time()
        answer = cloudformation.ask("Delete")
    account.platform.refused.clear()
    assert time.time() - asked_at < WORK_SECONDS + 1
    assert answer["Status"] == "FAILED"
    assert execution.name in answer["Reason"]
    assert all(f"{uuid} is restoring" in answer["Reason"] for uuid in account.uuids.values())
    assert "docs/operations.md" in answer["Reason"]
    assert len(account.items("lock")) == 3
    assert cloudformation.ask("Delete")["Status"] == "SUCCESS"
    assert account.state() == found


def test_an_update_that_replaces_the_table_closes_what_is_open_in_the_old_one(
    account: Account, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = account.state()
    stop_in_window(account)
    monkeypatch.setenv("TABLE_NAME", "another")
    old = {"TableName": "experiments"}
    answer = cloudformation.ask("Update", table="another", OldResourceProperties=old)
    assert answer["Status"] == "SUCCESS"
    assert account.state() == found
    assert account.open() == []
    assert kill_switch() == "off"


@pytest.mark.parametrize(
    ("request_type", "more"),
    [("Create", {}), ("Update", {"OldResourceProperties": {"TableName": "experiments"}})],
)
def test_a_creation_and_any_other_update_touch_nothing(
    account: Account, cloudformation: CloudFormation, request_type: str, more: dict[str, Any]
) -> None:
    stop_in_window(account)
    answer = cloudformation.ask(request_type, **more)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Guard")
    assert account.mappings() == []
    assert len(account.items("lock")) == 3


def test_an_error_is_answered_too(
    account: Account, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprise() -> Step[list[str]]:
        raise ZeroDivisionError("experiments " + "and more " * 1000)

    assert account.mappings()
    monkeypatch.setattr(guarding, "open_experiments", surprise)
    answer = cloudformation.ask("Delete")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("ZeroDivisionError: experiments and more")
    assert len(answer["Reason"]) == LONGEST_REASON


def test_an_answer_that_is_not_heard_is_given_again(
    account: Account, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = cloudformation.answers
    assert account.mappings()
    send = urllib.request.urlopen
    attempts = []

    def flaky(*args: Any, **settings: Any) -> Any:
        attempts.append(args)
        if len(attempts) == 1:
            raise OSError("lost")
        return send(*args, **settings)

    monkeypatch.setattr("urllib.request.urlopen", flaky)
    assert cloudformation.ask("Create")["Status"] == "SUCCESS"
    assert (len(attempts), len(heard)) == (2, 1)
