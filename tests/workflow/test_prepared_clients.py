"""An ordinary run makes no client that could have been made while Lambda started the function."""

import runpy
from collections import defaultdict

import pytest

from aws import clients
from snapback.model.place import Place
from tests.fakes.roles import acting
from tests.workflow.account import Account
from tests.workflow.actions import ALL

type Client = tuple[str, bool]
"""A service, and whether the client is for changes."""


def prepared(module: str, patch: pytest.MonkeyPatch) -> set[Client]:
    """The clients that a handler makes at its start, beside that of the table."""
    made: set[Client] = set()

    def client(service: str, place: Place, external_id: str | None, *, changes: bool) -> None:
        assert (place, external_id) == (Place(), None)
        made.add((service, changes))

    with patch.context() as starting:
        starting.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
        starting.setattr(clients, "client", client)
        runpy.run_module(module)
    return made


def test_every_client_of_an_ordinary_run_is_prepared(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: dict[str, set[Client]] = defaultdict(set)
    client = clients.client

    def noted(service: str, place: Place, external_id: str | None, *, changes: bool) -> object:
        used[acting()].add((service, changes))
        return client(service, place, external_id, changes=changes)

    monkeypatch.setattr("aws.calls.client", noted)
    asked = {name: each for name, each in account.uuids.items() if name != "stream"}
    result = account.run("experiment", ALL | {"event_uuids": list(asked.values())})
    assert result["status"] == "SUCCEEDED", result.get("cause")
    assert {"validate_experiment", "inject_fault", "restore_targets", "report"} <= used.keys()
    for module, needed in used.items():
        assert needed <= prepared(module, monkeypatch), module
