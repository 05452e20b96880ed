"""Somebody changes things while an experiment has its mapping away: that is kept, and never passed over in silence.

Each case has a function and a queue of its own; all of them run at the same time, once for the module.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from lab.product import Mappings, Product

pytestmark = pytest.mark.long

ENABLED = {"Enabled"}
HANDLER = "def handler(event, context): pass"
HOLD_SECONDS = 10
MANUAL = "aws lambda create-event-source-mapping "
SETTINGS = {"BatchSize": 3, "ScalingConfig": {"MaximumConcurrency": 4}, "Tags": {"owner": "us"}}

type Make = Callable[..., str]
type Wait = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """A function, a queue and the mapping between them, all of one name."""

    name: str
    product: Product
    role: str
    make_function: Make
    eventually: Wait

    @property
    def queue_arn(self) -> str:
        return f"arn:aws:sqs:{self.product.lab.region}:{self.product.lab.account_id}:{self.name}"

    def make_queue(self) -> None:
        self.product.aws("sqs").create_queue(QueueName=self.name)

    def make_target(self) -> None:
        self.make_function(self.name, HANDLER, seconds=5, Tags={"snapback:allowed": "true"})

    def map(self, qualifier: str = "", **settings: Any) -> str:
        created = self.product.aws("lambda").create_event_source_mapping(
            FunctionName=self.name + qualifier,
            EventSourceArn=self.queue_arn,
            **(SETTINGS | settings),
        )
        return str(created["UUID"])

    def mappings(self) -> Mappings:
        return self.product.mappings(self.name)

    def uuids(self) -> list[str]:
        listed = self.product.aws("lambda").list_event_source_mappings(FunctionName=self.name)
        return [each["UUID"] for each in listed["EventSourceMappings"]]

    def settle(self) -> None:
        self.eventually(lambda: {each["State"] for each in self.mappings()}, ENABLED)

    def deploy(self, **changes: Any) -> str:
        """Deploy the same things as a CloudFormation stack; answers how that ended."""
        stacks = self.product.aws("cloudformation")
        template = json.dumps(_template(self, **changes))
        change = stacks.update_stack if changes else stacks.create_stack
        change(StackName=self.name, TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])

        def ended() -> str:
            status = stacks.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
            return "" if status.endswith("IN_PROGRESS") else status

        return str(self.eventually(ended, seconds=60))


@dataclass(frozen=True)
class Result:
    """How the experiment of a case ended."""

    case: Case
    before: Mappings
    old_uuid: str
    answer: str
    execution: dict[str, Any]

    @property
    def cause(self) -> str:
        return str(self.execution.get("cause"))

    @property
    def report(self) -> dict[str, Any]:
        return dict(json.loads(self.execution["output"]))

    def request_by_hand(self) -> dict[str, Any]:
        """What the command in the cause asks for."""
        words = shlex.split(self.cause[self.cause.index(MANUAL) :])
        return dict(json.loads(words[words.index("--cli-input-json") + 1]))

    def open_items(self) -> list[str]:
        return self.case.product.open_items(self.case.name, self.execution["name"])


def _template(
    case: Case, *, seconds: int = 5, mapping_id: str = "Mapping", batch_size: int = 3
) -> dict[str, Any]:
    function = {
        "FunctionName": case.name,
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": case.role,
        "Timeout": seconds,
        "Code": {"ZipFile": HANDLER},
        "Tags": [{"Key": "snapback:allowed", "Value": "true"}],
    }
    mapping = {
        "FunctionName": {"Ref": "Function"},
        "EventSourceArn": case.queue_arn,
        "BatchSize": batch_size,
    }
    return {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": case.name}},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            mapping_id: {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": mapping,
                "DependsOn": "Queue",
            },
        }
    }


def _recreate_otherwise(case: Case) -> str:
    return case.map(BatchSize=7)


def _recreate_equal(case: Case) -> str:
    return case.map()


def _move_to_an_alias(case: Case) -> str:
    functions = case.product.aws("lambda")
    version = functions.publish_version(FunctionName=case.name)["Version"]
    functions.create_alias(FunctionName=case.name, Name="live", FunctionVersion=version)
    return case.map(":live")


def _configure_the_function(case: Case) -> None:
    case.product.aws("lambda").update_function_configuration(
        FunctionName=case.name, Timeout=17, Environment={"Variables": {"NEW": "value"}}
    )


def _delete_the_queue(case: Case) -> None:
    sqs = case.product.aws("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=case.name)["QueueUrl"])


def _delete_the_function(case: Case) -> None:
    case.product.aws("lambda").delete_function(FunctionName=case.name)


def _deploy_the_function(case: Case) -> str:
    return case.deploy(seconds=6)


def _deploy_the_mapping(case: Case) -> str:
    return case.deploy(mapping_id="NewMapping", batch_size=8)


CHANGES: Mapping[str, Callable[[Case], str | None]] = {
    "recreated-otherwise": _recreate_otherwise,
    "recreated-equal": _recreate_equal,
    "moved-to-alias": _move_to_an_alias,
    "configured": _configure_the_function,
    "queue-deleted": _delete_the_queue,
    "queue-given-up": _delete_the_queue,
    "function-deleted": _delete_the_function,
    "function-deployed": _deploy_the_function,
    "mapping-deployed": _deploy_the_mapping,
}


def _run(case: Case, change: Callable[[Case], str | None]) -> Result:
    """Start an experiment, make the change while the mapping is away, and wait for the end."""
    if "deployed" in case.name:
        case.deploy()
    else:
        case.make_target()
        case.make_queue()
        case.map()
    case.settle()
    before, uuids = case.mappings(), case.uuids()
    execution = case.product.start(function_name=case.name, total_chaos_duration=HOLD_SECONDS)
    case.eventually(lambda: not case.mappings() or case.product.ended(execution))
    if early := case.product.ended(execution):
        pytest.fail(f"ended before the mapping was away: {early['cause']}")
    answer = change(case) or ""
    assert not case.product.entered(execution, "Restore targets"), "the change came too late"
    ended = case.eventually(lambda: case.product.ended(execution), seconds=150)
    return Result(case, before, uuids[0], answer, ended)


@pytest.fixture(scope="module")
def results(
    product: Product, role: str, make_function: Make, eventually: Wait
) -> Iterator[Mapping[str, Future[Result]]]:
    with ThreadPoolExecutor(len(CHANGES)) as side:
        yield {
            name: side.submit(_run, Case(name, product, role, make_function, eventually), change)
            for name, change in CHANGES.items()
        }


type Results = Mapping[str, Future[Result]]


def test_a_mapping_that_someone_made_otherwise_is_left_and_reported(results: Results) -> None:
    result = results["recreated-otherwise"].result()
    assert (result.execution["status"], result.execution["error"]) == ("FAILED", "TargetsDiffer")
    assert result.answer in result.cause
    assert "left as it is" in result.cause
    assert MANUAL in result.cause
    assert result.case.uuids() == [result.answer]
    assert result.case.mappings()[0]["BatchSize"] == 7
    assert result.open_items() == []


def test_the_command_in_the_report_puts_the_mapping_back(
    product: Product, results: Results, eventually: Wait
) -> None:
    result = results["recreated-otherwise"].result()
    functions = product.aws("lambda")
    functions.delete_event_source_mapping(UUID=result.answer)
    eventually(result.case.mappings, [])
    functions.create_event_source_mapping(**result.request_by_hand())
    eventually(result.case.mappings, result.before)


def test_a_second_consumer_is_not_made_beside_an_alias(results: Results) -> None:
    result = results["moved-to-alias"].result()
    assert (result.execution["status"], result.execution["error"]) == ("FAILED", "TargetsDiffer")
    assert result.answer in result.cause
    assert MANUAL in result.cause
    assert result.case.uuids() == [result.answer]
    assert result.open_items() == []


def test_an_equal_mapping_that_someone_made_is_adopted(results: Results) -> None:
    result = results["recreated-equal"].result()
    assert result.execution["status"] == "SUCCEEDED", result.cause
    assert result.report["targets"][0]["new_uuid"] == result.answer
    assert result.case.uuids() == [result.answer]
    assert result.case.mappings() == result.before
    assert result.open_items() == []


def test_a_changed_configuration_of_the_function_is_kept(
    product: Product, results: Results
) -> None:
    result = results["configured"].result()
    found = product.aws("lambda").get_function_configuration(FunctionName=result.case.name)
    assert result.execution["status"] == "SUCCEEDED", result.cause
    assert (found["Timeout"], found["Environment"]) == (17, {"Variables": {"NEW": "value"}})
    assert result.case.mappings() == result.before
    assert result.open_items() == []


def test_a_deployment_of_the_function_is_kept(product: Product, results: Results) -> None:
    result = results["function-deployed"].result()
    found = product.aws("lambda").get_function_configuration(FunctionName=result.case.name)
    assert result.execution["status"] == "SUCCEEDED", result.cause
    assert result.answer == "UPDATE_COMPLETE"
    assert found["Timeout"] == 6
    assert result.case.mappings() == result.before
    assert result.open_items() == []


@pytest.mark.parametrize("name", ["queue-deleted", "function-deleted"])
def test_what_cannot_be_restored_is_said_with_the_command_and_restored_once_it_can(
    product: Product, results: Results, eventually: Wait, name: str
) -> None:
    result = results[name].result()
    assert (result.execution["status"], result.execution["error"]) == (
        "FAILED",
        "TargetsNotRestored",
    )
    assert result.old_uuid in result.cause
    assert "not exist" in result.cause
    assert MANUAL in result.cause
    assert len(result.open_items()) == 2
    if name == "queue-deleted":
        result.case.make_queue()
    else:
        result.case.make_target()
    product.aws("lambda").invoke(FunctionName=product.deployment.sweeper_function_name)
    eventually(result.case.mappings, result.before, seconds=90)
    eventually(result.open_items, [], seconds=90)


def test_what_is_given_up_is_closed_and_says_so(
    product: Product, results: Results, eventually: Wait
) -> None:
    result = results["queue-given-up"].result()
    assert result.execution["error"] == "TargetsNotRestored"
    asked = {
        "experiment_id": result.execution["name"],
        "name": result.old_uuid,
        "reason": "the queue is not needed any more",
    }

    def given_up() -> bool:
        arn = product.run(product.deployment.abandon_state_machine_arn, asked)
        return bool(eventually(lambda: product.ended(arn))["status"] == "SUCCEEDED")

    eventually(given_up, seconds=120)
    restore = {"experiment_id": result.execution["name"]}
    arn = product.run(product.deployment.restore_state_machine_arn, restore)
    ended = eventually(lambda: product.ended(arn), seconds=90)
    assert (ended["status"], ended["error"]) == ("FAILED", "TargetsDiffer")
    assert "abandoned: the queue is not needed any more" in ended["cause"]
    assert MANUAL in ended["cause"]
    eventually(result.open_items, [])


def test_a_deployment_that_makes_the_mapping_otherwise_is_left_and_reported(
    results: Results,
) -> None:
    result = results["mapping-deployed"].result()
    assert result.answer == "UPDATE_COMPLETE"
    assert (result.execution["status"], result.execution["error"]) == ("FAILED", "TargetsDiffer")
    assert "left as it is" in result.cause
    assert MANUAL in result.cause
    assert [each["BatchSize"] for each in result.case.mappings()] == [8]
    assert result.open_items() == []
