"""Settings are typed, whatever the command line makes of them, and refused by name."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from constructs import Node

from infra import ROOT
from infra.asset import Target
from infra.handlers import asset_code
from infra.refusal import Refusal
from infra.settings import Settings, from_context
from snapback.faults.registry import FAULTS
from tests.infra.conftest import told

Synthesize = Callable[..., dict[str, Any]]


@dataclass
class Context:
    """A node that has nothing but a context."""

    values: dict[str, Any] = field(default_factory=dict)

    def try_get_context(self, key: str) -> Any:
        return self.values.get(key)


def of_type(template: dict[str, Any], kind: str) -> list[Any]:
    return [each["Properties"] for each in template["Resources"].values() if each["Type"] == kind]


def settings(**values: Any) -> Settings:
    return from_context(cast("Node", Context(values)))


def test_without_a_context_the_defaults_are_in_force() -> None:
    assert settings() == Settings()


def test_values_from_the_command_line_are_typed() -> None:
    given = settings(asset="lab", max_targets="5", reserve_concurrency="False", timings="{}")
    assert given == Settings(asset=Target.LAB, max_targets=5, reserve_concurrency=False, timings={})


def test_timings_replace_defaults() -> None:
    assert settings(timings={"sweep_function_seconds": 7}).all_timings.sweep_function_seconds == 7


@pytest.mark.parametrize(
    "given",
    [
        "disable-mappings,delete-mappings",
        " delete-mappings , disable-mappings ",
        ["disable-mappings", "delete-mappings", "disable-mappings"],
    ],
)
def test_faults_are_given_as_a_list_or_in_one_string(given: Any) -> None:
    assert settings(faults=given).faults == ("delete-mappings", "disable-mappings")


@pytest.mark.parametrize("given", ["5", 15])
def test_an_experiment_may_send_what_lets_it_finish_and_no_more_than_lambda_takes(
    given: str | int,
) -> None:
    assert settings(requests_per_second=given).requests_per_second == int(given)


def test_every_fault_of_the_registry_is_allowed_by_default() -> None:
    assert settings().faults == tuple(FAULTS)
    assert settings(faults="disable-mappings").faults == ("disable-mappings",)


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"asset": "docker"}, "asset='docker'"),
        ({"timings": '{"naps": 1}'}, "unknown timings: naps"),
        ({"stack_name": "snap-back"}, "give at most 20 letters and digits, a letter first"),
        ({"stack_name": "S" * 21}, "give at most 20 letters and digits"),
        ({"disposable": "yes"}, "disposable='yes' cannot be used: give true or false"),
        ({"timings": "7"}, "timings='7'"),
        ({"timings": "{"}, "timings='{'"),
        ({"max_targets": "many"}, "max_targets='many'"),
        ({"reserve_concurrency": "perhaps"}, "give true or false"),
        ({"disposable": "maybe"}, "disposable='maybe' cannot be used: give true or false"),
        ({"requests_per_second": "4"}, "requests_per_second='4' cannot be used: give 5 to 15"),
        ({"requests_per_second": 16}, "requests_per_second=16 cannot be used: give 5 to 15"),
        ({"requests_per_second": "all"}, "requests_per_second='all'"),
        ({"faults": "disable-maping"}, "'disable-maping' is not a fault; did you mean disable-m"),
        ({"faults": "delete-mappings,flood"}, "'flood' is not a fault; give some of delete-mapp"),
        ({"faults": ","}, "faults=',' cannot be used: give some of delete-mappings"),
        ({"table_key_arn": "alias/mine"}, "give the ARN of a key, which is like arn:aws:kms:"),
        ({"extra_regions": "mars-north-1,Ireland"}, "'Ireland' is not like eu-west-1"),
        ({"probe_hosts": "a.internal,http://b"}, "'http://b' is not a host"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(
    context: dict[str, str], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        settings(**context)


def test_a_missing_asset_is_refused_with_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.asset.BUILD", tmp_path)
    with pytest.raises(Refusal, match="run `make build/functions-aws"):
        asset_code(Settings())


NAMES = {
    *("AlarmName", "BucketName", "DashboardName", "FunctionName", "LogGroupName", "Name"),
    *("ParameterName", "QueueName", "RoleName", "StateMachineName", "TableName", "TopicName"),
}
"""Properties that give a resource a name of its own, of which a Region or an account has one."""


def test_two_stacks_live_in_one_account_and_region(synthesize: Synthesize) -> None:
    template = synthesize(stack_name="Second")
    named = {
        value
        for each in template["Resources"].values()
        for key, value in each["Properties"].items()
        if key in NAMES and isinstance(value, str)
    }
    assert named == {"/Second/kill-switch"}
    assert {each["Namespace"] for each in of_type(template, "AWS::CloudWatch::Alarm")} == {
        "Second",
        "AWS/Lambda",
        "AWS/SQS",
    }
    [dashboard] = of_type(template, "AWS::CloudWatch::Dashboard")
    assert "Snapback" not in json.dumps(dashboard)
    functions = of_type(template, "AWS::Lambda::Function")
    told = {each["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] for each in functions}
    assert told == {"Second"}
    text = json.dumps(template)
    assert ":role/SecondTarget" in text
    assert "Snapback-" not in text
    assert "/Snapback" not in text


def test_a_disposable_stack_leaves_nothing_behind(synthesize: Synthesize) -> None:
    template = synthesize(disposable="true")
    policies = {each.get("DeletionPolicy", "Delete") for each in template["Resources"].values()}
    assert policies == {"Delete"}
    [table] = of_type(template, "AWS::DynamoDB::Table")
    assert table["DeletionProtectionEnabled"] is False


def test_settings_reach_the_stack(synthesize: Synthesize) -> None:
    template = synthesize(
        asset="lab",
        timings='{"sweep_function_seconds": 7}',
        target_functions="orders",
        faults="disable-mappings",
        disposable="true",
        reserve_concurrency="false",
        extra_regions="mars-north-1, mars-south-1",
        probe_hosts="Health.internal, 10.0.0.7",
    )
    functions = of_type(template, "AWS::Lambda::Function")
    (sweep,) = (each for each in functions if each["Handler"] == "sweep.handler")
    assert sweep["Runtime"] == f"python{Target.LAB.python_version}"
    assert sweep["Architectures"] == [Target.LAB.architecture]
    assert sweep["Timeout"] == 7
    assert sweep["Environment"]["Variables"]["FAULTS"] == "disable-mappings"
    assert sweep["Environment"]["Variables"]["TIMINGS"] == '{"sweep_function_seconds": 7}'
    told = {each["Environment"]["Variables"]["EXTRA_REGIONS"] for each in functions}
    assert told == {"mars-north-1,mars-south-1"}
    probed = {each["Environment"]["Variables"]["PROBE_HOSTS"] for each in functions}
    assert probed == {"health.internal,10.0.0.7"}
    assert not any("ReservedConcurrentExecutions" in each for each in functions)
    groups = [each for each in template["Resources"].values() if "LogGroup" in each["Type"]]
    assert {each["DeletionPolicy"] for each in groups} == {"Delete"}
    text = json.dumps(template)
    assert ':function:orders"' in text
    assert ':function:orders:*"' in text


def test_a_stack_of_a_new_account_reserves_nothing_and_its_synth_says_so(
    synthesize: Synthesize, tmp_path: Path
) -> None:
    template = synthesize(reserve_concurrency="false")
    functions = of_type(template, "AWS::Lambda::Function")
    assert not any("ReservedConcurrentExecutions" in each for each in functions)
    [said] = told(tmp_path)
    assert said.startswith("No concurrency is reserved: ")


def test_who_deploys_is_told_the_quota_that_is_needed_and_the_way_out(
    template: dict[str, Any], synthesize: Synthesize, tmp_path: Path
) -> None:
    assert synthesize() == template
    functions = of_type(template, "AWS::Lambda::Function")
    reserved = sum(each.get("ReservedConcurrentExecutions", 0) for each in functions)
    [said] = told(tmp_path)
    assert said.startswith(f"{reserved} concurrent executions are reserved ")
    assert f"is below {reserved + 100}, as it is in new accounts, the deployment fails" in said
    assert "deploy with --context reserve_concurrency=false" in said
    page = (ROOT / "docs" / "operations.md").read_text()
    assert f"reserves {reserved} concurrent executions" in page
    assert f"at least {reserved + 100}:" in page


def test_a_refused_setting_ends_synth_with_one_sentence(synthesize: Synthesize) -> None:
    with pytest.raises(AssertionError) as refused:
        synthesize(asset="docker")
    words = str(refused.value)
    assert "context asset='docker' cannot be used" in words
    assert "Traceback" not in words
