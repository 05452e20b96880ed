"""What the stack tells its functions is read from their environment."""

import pytest

from settings import Settings


@pytest.fixture(autouse=True)
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_NAME", "table")
    monkeypatch.setenv("KILL_SWITCH_PARAMETER", "switch")


@pytest.mark.parametrize(
    ("told", "regions"),
    [
        ("", set()),
        ("mars-north-1", {"mars-north-1"}),
        ("mars-north-1,x-y-1", {"mars-north-1", "x-y-1"}),
    ],
)
def test_regions_are_added_by_name(
    told: str, regions: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTRA_REGIONS", told)
    assert Settings.from_environment().extra_regions == regions


def test_private_hosts_are_probed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.from_environment().probe_hosts == set()
    monkeypatch.setenv("PROBE_HOSTS", "health.internal,10.0.0.7")
    assert Settings.from_environment().probe_hosts == {"health.internal", "10.0.0.7"}
