"""What an operator meets: notifications, and the removal of the stack. In a lab of its own, which ends up empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import lab as snapback_lab
from lab.product import Product

type Wait = Callable[..., Any]


@pytest.fixture(scope="module")
def own() -> Iterator[Product]:
    """Snapback in a lab that no other test uses."""
    with snapback_lab.running() as running:
        yield Product.deployed(running)


@pytest.fixture(scope="module")
def messages(own: Product) -> Messages:
    """What is notified from now on."""
    queue = own.aws("sqs").create_queue(QueueName="notified")["QueueUrl"]
    attributes = own.aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    own.aws("sns").subscribe(
        TopicArn=own.output("NotificationTopicArn"),
        Protocol="sqs",
        Endpoint=attributes["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    return Messages(own, queue)


class Messages(list[str]):
    """The messages of a queue, as they come."""

    def __init__(self, product: Product, queue: str) -> None:
        super().__init__()
        self.product, self.queue = product, queue

    def any(self, *words: str) -> bool:
        """Whether a message with all these words has come."""
        got = self.product.aws("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        self.extend(each["Body"] for each in got.get("Messages", []))
        return any(all(word in each for word in words) for each in self)


def status(product: Product) -> str:
    """The status of the stack; one that is gone is still listed."""
    stacks = product.aws("cloudformation").list_stacks()["StackSummaries"]
    return str(next(each["StackStatus"] for each in stacks if each["StackName"] == "Snapback"))


def delete(product: Product, eventually: Wait) -> str:
    """Ask for the removal of the stack, and answer how it ended."""
    product.aws("cloudformation").delete_stack(StackName="Snapback")
    eventually(lambda: not status(product).endswith("IN_PROGRESS"), seconds=120)
    return status(product)


def reason(product: Product) -> str:
    """Why the guard could not be removed."""
    events = product.aws("cloudformation").describe_stack_events(StackName="Snapback")
    return str(
        next(
            each["ResourceStatusReason"]
            for each in events["StackEvents"]
            if each["ResourceStatus"] == "DELETE_FAILED" and "Guard" in each["LogicalResourceId"]
        )
    )


def test_each_event_of_an_experiment_is_notified(
    own: Product, messages: Messages, eventually: Wait
) -> None:
    refused = own.start(total_chaos_duration=0).rsplit(":", 1)[-1]
    eventually(lambda: messages.any(f"Snapback: experiment {refused} was refused", "total_chaos"))
    stopped = own.start(total_chaos_duration=60)
    name = stopped.rsplit(":", 1)[-1]
    eventually(lambda: messages.any(f"Snapback: experiment {name} started"))
    eventually(lambda: own.entered(stopped, "Hold"))
    own.aws("stepfunctions").stop_execution(executionArn=stopped)
    eventually(lambda: messages.any(f"Snapback: experiment {name} ", " is ABORTED"), seconds=90)
    eventually(lambda: messages.any("Snapback: restore from outside started", name))
    eventually(own.open_items, [], 90)
    ended = own.start(total_chaos_duration=1).rsplit(":", 1)[-1]
    eventually(
        lambda: messages.any(f"Snapback: experiment {ended} ended", stopped[:30]), seconds=60
    )


@pytest.mark.long
def test_the_stack_stays_while_a_target_cannot_be_restored_and_then_goes(
    own: Product, eventually: Wait
) -> None:
    eventually(lambda: [m["State"] for m in own.mappings()], ["Enabled"] * 3)
    before = own.mappings()
    execution = own.start(total_chaos_duration=600)
    eventually(own.mappings, [])
    url = own.deployment.sample.queue_url
    settings = own.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    own.aws("sqs").delete_queue(QueueUrl=url)
    assert delete(own, eventually) == "DELETE_FAILED"
    assert execution.rsplit(":", 1)[-1] in reason(own)
    assert "is restoring" in reason(own)
    assert own.output("RestoreStateMachineArn")
    kept = ("VisibilityTimeout", "MessageRetentionPeriod")
    attributes = {name: settings["Attributes"][name] for name in kept}
    own.aws("sqs").create_queue(QueueName=url.rsplit("/", 1)[-1], Attributes=attributes)
    assert delete(own, eventually) == "DELETE_COMPLETE"
    eventually(own.mappings, before)
    eventually(own.open_items, [], 90)
    names = [each["FunctionName"] for each in own.aws("lambda").list_functions()["Functions"]]
    assert not any(name.startswith("Snapback-") for name in names)
    assert json.dumps(own.aws("stepfunctions").list_state_machines()["stateMachines"]) == "[]"
