"""Every test makes its own sessions and clients."""

from collections.abc import Iterator

import pytest

from aws import clients


@pytest.fixture(autouse=True)
def fresh_clients() -> Iterator[None]:
    for cached in (clients.session, clients.client):
        cached.cache_clear()
    yield
    for cached in (clients.session, clients.client):
        cached.cache_clear()
