"""The account is made once a session; other suites of the process may have used it in between."""

from collections.abc import Iterator

import pytest

from tests.fakes import workload
from tests.fakes.cloud import account, wire


@pytest.fixture(scope="session")
def mocked() -> Iterator[None]:
    with account.mocked():
        yield


@pytest.fixture(autouse=True)
def deployed(mocked: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    for name, value in account.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    workload.opt_in()
    wire.forget()
