"""A new account may run ten functions at once, a quarter of the batches that an experiment has."""

from collections.abc import Iterator

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from tests.crash_matrix.judgement import problems
from tests.crash_matrix.scenarios import asked_of
from tests.fakes import lambdas, workload
from tests.fakes.cloud.account import REGION
from tests.fakes.cloud.world import World, world

QUOTA = 2
TARGETS = 8
COLD_START_SECONDS = 2.5


@pytest.fixture
def new_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world of so many queues with a mapping each, in which few functions may be at work."""
    monkeypatch.setattr(lambdas, "STARTS_WITHIN_SECONDS", COLD_START_SECONDS)
    queues = [f"queue-{number}" for number in range(TARGETS)]
    for name in queues:
        sqs_backends[DEFAULT_ACCOUNT_ID][REGION].create_queue(name)
    asked = workload.request("queue")
    with world(()) as made:
        made.lambdas.quota = QUOTA
        for name in queues:
            arn = asked["EventSourceArn"].replace(":queue", f":{name}")
            made.add({**asked, "EventSourceArn": arn})
        yield made


def test_all_targets_are_broken_and_put_back_by_few_functions_at_once(new_account: World) -> None:
    execution = new_account.start(asked_of(new_account))
    new_account.run()
    assert problems(new_account) == []
    assert (execution.status, execution.error) == ("SUCCEEDED", None)
