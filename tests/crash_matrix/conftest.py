from collections.abc import Iterator

import pytest

from tests.fakes.cloud import account


@pytest.fixture(autouse=True)
def deployed(no_real_credentials: None) -> Iterator[None]:  # noqa: ARG001  # it comes first
    with account.deployed():
        yield
