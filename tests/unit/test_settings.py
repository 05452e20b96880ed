"""What the stack tells its functions is read from their environment."""

import pytest

from settings import Settings
from snapback.model.timings import Timings

LEAST = {"TABLE_NAME": "table", "KILL_SWITCH_PARAMETER": "switch"}
TOLD = {
    **LEAST,
    "TIMINGS": '{"poll_seconds": 7}',
    "ALLOWED_TAG": "chaos",
    "MAX_DURATION_SECONDS": "60",
    "MAX_TARGETS": "5",
    "EXTERNAL_ID": "external",
    "REPORTS_BUCKET": "bucket",
    "REPORT_TOPIC_ARN": "topic",
    "ALLOWED_HOURS": "MON 09:00-17:00 UTC",
    "FAULTS": "one,two",
    "EXTRA_REGIONS": "mars-north-1",
    "RESTORE_ROLE_ARN": "role",
    "RESTORE_STATE_MACHINE_ARN": "machine",
    "ABANDON_STATE_MACHINE_ARN": "other machine",
    "MIN_INTERVAL_SECONDS": "3",
    "REQUESTS_PER_SECOND": "8",
    "MAX_OPEN_EXPERIMENTS": "4",
    "MAX_OPEN_TARGETS": "6",
    "PROBE_HOSTS": "health.internal",
    "TABLE_KEY_ARN": "key",
}


def told(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> Settings:
    """The settings of an environment with none of the variables but these."""
    for name in TOLD:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment()


def test_every_setting_has_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, TOLD) == Settings(
        table_name="table",
        timings=Timings(poll_seconds=7),
        allowed_tag="chaos",
        max_duration_seconds=60,
        max_targets=5,
        restore_state_machine_arn="machine",
        abandon_state_machine_arn="other machine",
        min_interval_seconds=3,
        requests_per_second=8,
        max_open_experiments=4,
        max_open_targets=6,
        probe_hosts=frozenset({"health.internal"}),
        table_key_arn="key",
        kill_switch_parameter="switch",
        external_id="external",
        reports_bucket="bucket",
        report_topic_arn="topic",
        allowed_hours="MON 09:00-17:00 UTC",
        faults=("one", "two"),
        extra_regions=frozenset({"mars-north-1"}),
        restore_role_arn="role",
    )


def test_a_function_that_is_told_the_least_assumes_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert told(monkeypatch, LEAST) == Settings(
        table_name="table",
        timings=Timings(),
        allowed_tag="snapback:allowed",
        max_duration_seconds=3600,
        max_targets=1000,
        restore_state_machine_arn="",
        abandon_state_machine_arn="",
        min_interval_seconds=10,
        requests_per_second=10,
        max_open_experiments=20,
        max_open_targets=1000,
        probe_hosts=frozenset(),
        table_key_arn="",
        kill_switch_parameter="switch",
        external_id=None,
        reports_bucket="",
        report_topic_arn="",
        allowed_hours="",
        faults=(),
        extra_regions=frozenset(),
        restore_role_arn="",
    )


@pytest.mark.parametrize("name", LEAST)
def test_a_function_must_be_told_its_table_and_its_kill_switch(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyError, match=name):
        told(monkeypatch, {key: value for key, value in LEAST.items() if key != name})


@pytest.mark.parametrize(
    ("named", "regions"),
    [
        ("", set()),
        ("mars-north-1", {"mars-north-1"}),
        ("mars-north-1,x-y-1", {"mars-north-1", "x-y-1"}),
    ],
)
def test_regions_are_added_by_name(
    named: str, regions: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(monkeypatch, LEAST | {"EXTRA_REGIONS": named}).extra_regions == regions


def test_private_hosts_are_probed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, LEAST).probe_hosts == set()
    hosts = told(monkeypatch, LEAST | {"PROBE_HOSTS": "health.internal,10.0.0.7"}).probe_hosts
    assert hosts == {"health.internal", "10.0.0.7"}
