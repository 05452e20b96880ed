"""The stack as CloudFormation will see it; that it synthesizes says that cdk-nag finds nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra import FUNCTIONS, ROOT
from infra.definitions import function_of
from tests.infra.rights import listed

Resources = Mapping[str, Any]

CFN_LINT_IGNORES = {
    "W3005": "CDK writes a dependency on the role that its own reference implies",
}


def properties(resources: Resources, kind: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def rules(resources: Resources) -> list[Any]:
    return list(properties(resources, "AWS::Events::Rule").values())


def alarm(resources: Resources, metric: str) -> Any:
    alarms = properties(resources, "AWS::CloudWatch::Alarm").values()
    return next(each for each in alarms if each["MetricName"] == metric)


def test_cfn_lint_finds_nothing(template: dict[str, Any], tmp_path: Path) -> None:
    document = json.loads(json.dumps(template))
    for machine in properties(document["Resources"], "AWS::StepFunctions::StateMachine").values():
        # It crashes on definitions in JSONata, which test_statemachines.py checks instead.
        del machine["DefinitionString"]
        machine["DefinitionS3Location"] = {"Bucket": "any", "Key": "any"}
    path = tmp_path / "Snapback.template.json"
    path.write_text(json.dumps(document))
    run = subprocess.run(
        [
            *(Path(sys.executable).parent / "cfn-lint", path, "--regions", "eu-west-1"),
            *("--ignore-checks", *CFN_LINT_IGNORES),
        ],
        env={"PATH": os.environ["PATH"]},
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.stdout + run.stderr == ""


def test_every_handler_module_is_a_function_and_every_function_a_handler_module(
    resources: Resources,
) -> None:
    modules = {path.stem for path in FUNCTIONS.glob("*.py") if "\ndef handler(" in path.read_text()}
    functions = properties(resources, "AWS::Lambda::Function").values()
    assert {each["Handler"] for each in functions} == {f"{module}.handler" for module in modules}


def test_a_function_is_constructed_under_the_name_of_its_module(resources: Resources) -> None:
    for name, function in properties(resources, "AWS::Lambda::Function").items():
        module = function["Handler"].removesuffix(".handler")
        assert name.startswith(f"{function_of(module)}Function")


def test_functions_run_where_the_asset_was_built_for(resources: Resources) -> None:
    for function in properties(resources, "AWS::Lambda::Function").values():
        assert function["Architectures"] == ["arm64"]
        assert function["Runtime"] == "python3.13"
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert function["LoggingConfig"]["LogFormat"] == "JSON"


def test_functions_are_told_the_settings(resources: Resources) -> None:
    made = properties(resources, "AWS::Lambda::Function").values()
    roles = {each["Handler"]: each["Role"]["Fn::GetAtt"] for each in made}
    for function in properties(resources, "AWS::Lambda::Function").values():
        variables = dict(function["Environment"]["Variables"])
        assert list(variables.pop("TABLE_NAME")) == ["Ref"]
        assert list(variables.pop("KILL_SWITCH_PARAMETER")) == ["Ref"]
        assert list(variables.pop("REPORTS_BUCKET")) == ["Ref"]
        assert list(variables.pop("REPORT_TOPIC_ARN")) == ["Ref"]
        assert list(variables.pop("EXTERNAL_ID")) == ["Fn::Select"]
        knows = function["Handler"] in ("sweep.handler", "notify.handler")
        assert ("RESTORE_STATE_MACHINE_ARN" in variables) == knows
        assert ("ABANDON_STATE_MACHINE_ARN" in variables) == knows
        variables.pop("RESTORE_STATE_MACHINE_ARN", None)
        variables.pop("ABANDON_STATE_MACHINE_ARN", None)
        told = variables.pop("RESTORE_ROLE_ARN", None)
        assert (told is not None) == (function["Handler"] == "validate_experiment.handler")
        assert told is None or told["Fn::GetAtt"] == roles["restore_targets.handler"]
        assert variables == {
            "TIMINGS": "{}",
            "ALLOWED_TAG": "snapback:allowed",
            "MAX_DURATION_SECONDS": "3600",
            "MIN_INTERVAL_SECONDS": "10",
            "REQUESTS_PER_SECOND": "10",
            "MAX_TARGETS": "1000",
            "MAX_OPEN_EXPERIMENTS": "20",
            "MAX_OPEN_TARGETS": "1000",
            "ALLOWED_HOURS": "",
            "FAULTS": "delete-mappings,disable-mappings",
            "EXTRA_REGIONS": "",
            "PROBE_HOSTS": "",
            "TABLE_KEY_ARN": "",
            "POWERTOOLS_SERVICE_NAME": "snapback",
            "POWERTOOLS_METRICS_NAMESPACE": "Snapback",
        }


def test_restoring_and_sweeping_have_reserved_concurrency(resources: Resources) -> None:
    reserved = {
        each["Handler"]
        for each in properties(resources, "AWS::Lambda::Function").values()
        if "ReservedConcurrentExecutions" in each
    }
    assert reserved == {"restore_targets.handler", "sweep.handler"}


def test_a_machine_may_call_exactly_the_functions_it_names(resources: Resources) -> None:
    policies = properties(resources, "AWS::IAM::Policy").values()
    for machine in properties(resources, "AWS::StepFunctions::StateMachine").values():
        role = {"Ref": machine["RoleArn"]["Fn::GetAtt"][0]}
        (policy,) = (each for each in policies if each["Roles"] == [role])
        (calls,) = (
            each["Resource"]
            for each in policy["PolicyDocument"]["Statement"]
            if each["Action"] == "lambda:InvokeFunction"
        )
        named = machine["DefinitionSubstitutions"].values()
        called = calls if isinstance(calls, list) else [calls]
        assert sorted(map(str, called)) == sorted(map(str, named))


def test_machines_log_everything_and_are_traced(resources: Resources) -> None:
    for machine in properties(resources, "AWS::StepFunctions::StateMachine").values():
        assert machine["LoggingConfiguration"]["Level"] == "ALL"
        assert machine["TracingConfiguration"] == {"Enabled": True}


def test_the_table_is_kept_protected_encrypted_and_recoverable(resources: Resources) -> None:
    (table,) = (each for each in resources.values() if each["Type"] == "AWS::DynamoDB::Table")
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True
    }
    assert table["Properties"]["TimeToLiveSpecification"]["AttributeName"] == "expires_at"


def test_only_the_stack_s_roles_write_to_the_table(resources: Resources) -> None:
    (table,) = properties(resources, "AWS::DynamoDB::Table").values()
    [statement] = table["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", "*")
    assert statement["Principal"] in ("*", {"AWS": "*"})
    [(operator, condition)] = statement["Condition"].items()
    assert operator == "ArnNotLike"
    assert condition["aws:PrincipalArn"]["Fn::Join"][1][-1] == ":role/Snapback-*"
    denied = set(statement["Action"])
    granted = {
        action
        for role in properties(resources, "AWS::IAM::Role").values()
        for policy in role.get("Policies", ())
        for each in policy["PolicyDocument"]["Statement"]
        for action in listed(each["Action"])
        if action.startswith("dynamodb:")
    }
    reads = {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem"}
    assert granted - reads - {"dynamodb:DescribeStream"} <= denied
    assert not any(action in denied for action in reads)


def test_nobody_is_locked_out_of_the_table_s_own_settings(resources: Resources) -> None:
    (table,) = properties(resources, "AWS::DynamoDB::Table").values()
    [statement] = table["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert not {each for each in statement["Action"] if each.endswith(("Table", "Policy", "*"))}


def test_reports_are_kept(resources: Resources) -> None:
    (bucket,) = (each for each in resources.values() if each["Type"] == "AWS::S3::Bucket")
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"


def test_open_experiments_are_found_by_an_index_in_the_order_of_their_deadlines(
    resources: Resources,
) -> None:
    (table,) = properties(resources, "AWS::DynamoDB::Table").values()
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "open"
    assert [each["AttributeName"] for each in index["KeySchema"]] == ["open", "deadline"]
    assert {"AttributeName": "deadline", "AttributeType": "N"} in table["AttributeDefinitions"]


def test_an_experiment_that_ends_badly_starts_its_restore(resources: Resources) -> None:
    (rule,) = (
        each
        for each in rules(resources)
        if "EventPattern" in each and each["Targets"][0]["Arn"].get("Ref", "").startswith("Restore")
    )
    (machine,) = rule["EventPattern"]["detail"].pop("stateMachineArn")
    assert machine["Ref"].startswith("Experiment")
    assert rule["EventPattern"] == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"status": ["ABORTED", "TIMED_OUT", "FAILED"]},
    }
    (target,) = rule["Targets"]
    assert target["Arn"]["Ref"].startswith("Restore")
    assert target["InputTransformer"] == {
        "InputPathsMap": {
            "detail-name": "$.detail.name",
            "detail-executionArn": "$.detail.executionArn",
        },
        "InputTemplate": '{"experiment_id":<detail-name>,"execution_arn":<detail-executionArn>}',
    }


def test_the_sweeper_runs_every_minute(resources: Resources) -> None:
    (rule,) = (
        each for each in rules(resources) if each.get("ScheduleExpression") == "rate(1 minute)"
    )
    assert rule["State"] == "ENABLED"
    assert rule["Targets"][0]["Arn"]["Fn::GetAtt"][0].startswith("SweepFunction")


def test_a_silent_sweeper_is_told_but_not_one_that_has_not_begun(resources: Resources) -> None:
    sweeps = alarm(resources, "Sweeps")
    assert sweeps["TreatMissingData"] == "missing"
    assert sweeps["InsufficientDataActions"] == sweeps["AlarmActions"]
    assert (sweeps["ComparisonOperator"], sweeps["Threshold"]) == ("LessThanThreshold", 1)


def test_a_notice_that_lambda_gave_up_is_an_alarm(resources: Resources) -> None:
    dropped = alarm(resources, "AsyncEventsDropped")
    (function,) = (each["Value"]["Ref"] for each in dropped["Dimensions"])
    assert resources[function]["Properties"]["Handler"] == "notify.handler"


def test_a_target_left_unrestored_is_an_alarm(resources: Resources) -> None:
    unrestored = alarm(resources, "UnrestoredTargets")
    assert unrestored["Dimensions"] == [{"Name": "service", "Value": "snapback"}]
    assert unrestored["Threshold"] == 0


def test_a_scheduled_plan_starts_its_experiment(resources: Resources) -> None:
    example = json.loads((ROOT / "gamedays" / "example.json").read_text())
    (rule,) = (
        each for each in rules(resources) if each.get("ScheduleExpression") == example["schedule"]
    )
    assert rule["State"] == "DISABLED"
    assert json.loads(rule["Targets"][0]["Input"]) == example["experiments"][0]


def test_every_rule_has_a_dead_letter_queue(resources: Resources) -> None:
    assert all(
        "DeadLetterConfig" in target for rule in rules(resources) for target in rule["Targets"]
    )


def test_the_kill_switch_is_off_until_a_person_sets_it(resources: Resources) -> None:
    (switch,) = properties(resources, "AWS::SSM::Parameter").values()
    assert switch["Name"] == "/Snapback/kill-switch"
    assert switch["Value"] == "off"


def test_outputs_are_what_the_lab_and_the_documentation_read(template: dict[str, Any]) -> None:
    assert set(template["Outputs"]) == {
        "ExperimentStateMachineArn",
        "RestoreStateMachineArn",
        "AbandonStateMachineArn",
        "TableName",
        "SweeperFunctionName",
        "KillSwitchParameterName",
        "NotificationTopicArn",
        "ExternalId",
        "ReportsBucketName",
    }


def test_the_guard_depends_on_everything_else_and_so_is_removed_first(resources: Resources) -> None:
    (name,) = (name for name, each in resources.items() if each["Type"] == "Custom::SnapbackGuard")
    guard = resources[name]
    assert set(guard["DependsOn"]) == set(resources) - {name}
    assert not any(name in json.dumps(each) for other, each in resources.items() if other != name)
    (function,) = (
        logical_id
        for logical_id, each in properties(resources, "AWS::Lambda::Function").items()
        if each["Handler"] == "guard.handler"
    )
    assert guard["Properties"]["ServiceToken"] == {"Fn::GetAtt": [function, "Arn"]}
    assert list(guard["Properties"]["TableName"]) == ["Ref"]


def test_cloudformation_waits_longer_than_the_guard_may_run(resources: Resources) -> None:
    (guard,) = properties(resources, "Custom::SnapbackGuard").values()
    (seconds,) = (
        each["Timeout"]
        for each in properties(resources, "AWS::Lambda::Function").values()
        if each["Handler"] == "guard.handler"
    )
    assert int(guard["ServiceTimeout"]) > seconds


def test_the_guard_reaches_the_table_that_an_update_replaces(resources: Resources) -> None:
    (table,) = (name for name, each in resources.items() if each["Type"] == "AWS::DynamoDB::Table")
    (policy,) = (
        each["Policies"][0]["PolicyDocument"]
        for name, each in properties(resources, "AWS::IAM::Role").items()
        if name.startswith("GuardRole")
    )
    (on,) = (each["Resource"] for each in policy["Statement"] if "dynamodb:Query" in each["Action"])
    assert on["Fn::Join"][1][-1] == f":table/Snapback-{table}-*"


def test_only_alarms_of_the_account_publish_to_the_encrypted_topic(resources: Resources) -> None:
    ((key, policy),) = properties(resources, "AWS::KMS::Key").items()
    (topic,) = properties(resources, "AWS::SNS::Topic").values()
    assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    (access,) = properties(resources, "AWS::SNS::TopicPolicy").values()
    for document in (policy["KeyPolicy"], access["PolicyDocument"]):
        (service,) = (each for each in document["Statement"] if "Service" in each["Principal"])
        assert service["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert service["Condition"] == {
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        }


def test_every_alarm_notifies_when_it_rings_and_when_it_is_over(resources: Resources) -> None:
    (topic,) = properties(resources, "AWS::SNS::Topic")
    for each in properties(resources, "AWS::CloudWatch::Alarm").values():
        assert each["AlarmActions"] == each["OKActions"] == [{"Ref": topic}]


def test_each_change_of_status_is_told_once_by_a_function(resources: Resources) -> None:
    told = [each for name, each in resources.items() if name.startswith("Notifications")]
    patterns = [
        each["Properties"]["EventPattern"]["detail"]
        for each in told
        if each["Type"] == "AWS::Events::Rule"
    ]
    statuses = {
        each["stateMachineArn"][0]["Ref"].split("StateMachine")[0]: set(each["status"])
        for each in patterns
    }
    bad = {"RUNNING", "FAILED", "ABORTED", "TIMED_OUT"}
    assert statuses == {"Experiment": {*bad, "SUCCEEDED"}, "Restore": bad, "Abandon": {"SUCCEEDED"}}


def test_no_rule_puts_what_anybody_wrote_into_a_text(resources: Resources) -> None:
    for rule in rules(resources):
        for target in rule["Targets"]:
            template = target.get("InputTransformer", {}).get("InputTemplate", "{}")
            assert template.startswith("{")


def test_logs_are_kept_for_a_year_also_when_the_stack_goes(resources: Resources) -> None:
    groups = [each for each in resources.values() if each["Type"] == "AWS::Logs::LogGroup"]
    assert {each["Properties"]["RetentionInDays"] for each in groups} == {365}
    assert {each["DeletionPolicy"] for each in groups} == {"Retain"}


def test_the_logs_of_the_machines_need_no_grant_and_have_names_of_this_stack_alone(
    resources: Resources,
) -> None:
    names = [
        json.dumps(each["LogGroupName"])
        for each in properties(resources, "AWS::Logs::LogGroup").values()
        if "LogGroupName" in each
    ]
    machines = properties(resources, "AWS::StepFunctions::StateMachine")
    assert len(names) == len(set(names)) == len(machines)
    for name in names:
        assert '"/aws/vendedlogs/states/Snapback-' in name
        assert "AWS::StackId" in name
