"""moto and the lab say what AWS was recorded to say of a mapping."""

from collections.abc import Callable

import boto3
import pytest
from botocore.exceptions import ClientError

from infra import ROOT
from snapback.model.effects import Answer
from tests.fakes import mappings
from tests.fakes.workload import map_source
from tests.workflow.account import Account
from tests.workflow.actions import on_moto


def told(call: Callable[..., object], **params: str) -> Answer:
    """How a call is refused."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    error, status = refused.value.response["Error"], refused.value.response["ResponseMetadata"]
    return Answer(code=error["Code"], message=error["Message"], status=status["HTTPStatusCode"])


@on_moto
def test_moto_refuses_a_duplicate_and_what_is_gone_in_the_recorded_words(account: Account) -> None:
    for config in account.mappings():
        name = config["EventSourceArn"].replace("/", ":").rsplit(":", 1)[1]
        answer = told(lambda name=name: map_source(name))
        assert (answer.code, answer.status) == ("ResourceConflictException", 409)
        assert answer.message == mappings.duplicate(config)
    api = boto3.client("lambda")
    for call in (api.get_event_source_mapping, api.delete_event_source_mapping):
        assert told(call, UUID=mappings.uuid_of(7)) == mappings.GONE


def test_the_lab_refuses_a_call_on_a_mapping_in_transition_in_the_recorded_words() -> None:
    plugin = (ROOT / "lab" / "plugin" / "mapping_life_cycle.py").read_text()
    refusal = mappings.in_use("{verb}")
    assert f"{refusal.code}(" in plugin
    assert f'f"{refusal.message}"' in plugin
