"""Each test finds the workload and the table as new: in virtual time, or on moto if it says so.

The accounts last for the session, which these tests come at the end of: a test that opens moto after
them finds their resources in it.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from tests.fakes import workload
from tests.fakes.cloud import account as cloud
from tests.fakes.cloud.world import World
from tests.workflow import deployment
from tests.workflow.account import Account
from tests.workflow.deployment import Deployment
from tests.workflow.mocked import Mocked, deployed, mocked
from tests.workflow.virtual import Virtual, virtual


@pytest.fixture(scope="session")
def in_moto() -> Iterator[Deployment]:
    with deployed() as made:
        yield made


@pytest.fixture(scope="session")
def in_virtual_time() -> Iterator[None]:
    with cloud.mocked():
        yield


@pytest.fixture
def account(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """The account in virtual time, or the one that `param` names."""
    running: AbstractContextManager[Virtual | Mocked]
    if getattr(request, "param", "virtual") == "moto":
        made: Deployment = request.getfixturevalue("in_moto")
        told = {**workload.ENVIRONMENT, "TIMINGS": json.dumps(deployment.TIMINGS)}
        told["RESTORE_STATE_MACHINE_ARN"] = made.machine("restore")
        running = mocked(made)
    else:
        request.getfixturevalue("in_virtual_time")
        told, running = cloud.ENVIRONMENT, virtual()
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with running as platform:
        yield Account(platform)
    refused = sorted(platform.refused)
    assert refused == [], "a role in infra/permissions.py lacks what its handler calls"


@pytest.fixture
def world(account: Account) -> World:
    """What only an account in virtual time has."""
    assert isinstance(account.platform, Virtual)
    return account.platform.world
