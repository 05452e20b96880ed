"""How figures are read from what happened."""

import json
from pathlib import Path

import pytest

from benchmarks import idle, imports, page
from benchmarks.measures import milliseconds
from benchmarks.results import Results
from benchmarks.strategies.requests import request_of
from tests.fakes.lambdas import Ran
from tests.unit.benchmarks.samples import PHASES, results, run


@pytest.mark.parametrize(("seconds", "charged"), [(0.08, 80), (0.0801, 81), (2, 2000)])
def test_every_millisecond_that_began_is_charged(seconds: float, charged: int) -> None:
    began = 1_800_000_000.0
    assert milliseconds(Ran("sweep", began, began + seconds, 2, 4)) == charged


def test_a_metric_counts_once_for_each_of_its_dimensions() -> None:
    directive = {
        "Dimensions": [["service"], ["service", "fault"]],
        "Metrics": [{"Name": "Sweeps"}, {"Name": "OpenExperiments"}],
    }
    printed = [{"message": "swept"}, {"_aws": {"CloudWatchMetrics": [directive]}}]
    found = [*idle.metrics("\n".join(map(json.dumps, printed)))]
    assert found == [
        ("Sweeps", "service"),
        ("OpenExperiments", "service"),
        ("Sweeps", "service", "fault"),
        ("OpenExperiments", "service", "fault"),
    ]


def test_a_script_asks_for_what_a_configuration_shows() -> None:
    config = {
        "UUID": "a", "State": "Disabled", "FunctionArn": "f", "BatchSize": 5, "Topics": [],
        "MaximumRetryAttempts": 0, "LastModified": 1,
    }  # fmt: skip
    asked = {"FunctionName": "f", "Enabled": False, "BatchSize": 5, "MaximumRetryAttempts": 0}
    assert request_of(config) == asked
    assert request_of(config, {"a": "b"}) == {**asked, "Tags": {"a": "b"}}


def test_results_that_were_kept_are_the_same_again(tmp_path: Path) -> None:
    found = results(run(phases=PHASES), imports={"boto3": 7}, lab={"away": 1.1}, made={"day": "a"})
    path = tmp_path / "out" / "bench.json"
    found.write(path)
    assert Results.read(path) == found


def test_without_valgrind_it_is_said_that_imports_are_not_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    assert imports.asked(["sweep"]) == []
    assert "imports of handlers: not measured: needs valgrind" in [
        *page.not_measured(results(run()))
    ]


def test_the_page_shows_a_missed_goal_and_a_way_that_failed() -> None:
    made = dict.fromkeys(("day", "commit", "python", "packages", "machine"), "known")
    failed = run(circumstances="alone", between=1317, ended="FAILED: InjectionFailed")
    shown = page.page(results(failed, made=made))
    assert "| 3.3 | 13.17 | **missed** |" in shown
    assert "| Snapback (FAILED: InjectionFailed) | 340 | 3.40 |" in shown
