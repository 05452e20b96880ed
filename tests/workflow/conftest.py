"""The account is deployed once a session; each test finds its workload and its table as new."""

import json
from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.fakes import workload
from tests.workflow import deployment, emulator, roles
from tests.workflow.account import Account


@pytest.fixture(scope="session")
def deployed() -> Iterator[Account]:
    made = Account()
    with pytest.MonkeyPatch.context() as patch, mock_aws(config=emulator.CONFIG):
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        workload.forget_clients()
        emulator.mend(patch, made.invoke)
        roles.enforce(patch, made.refused)
        deployment.deploy(made)
        yield made


@pytest.fixture
def account(deployed: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name, value in workload.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TIMINGS", json.dumps(deployment.TIMINGS))
    monkeypatch.setenv("RESTORE_STATE_MACHINE_ARN", deployed.machines["restore"])
    deployment.renew(deployed)
    yield deployed
    deployed.finish()
    refused = sorted(deployed.refused)
    deployed.refused.clear()
    assert refused == [], "a role in infra/permissions.py lacks what its handler calls"
