"""Every refusal, with the value that causes it and the way out; and every warning."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from snapback.model.effects import Answer, Call
from tests.fakes.answers import DENIED, GONE, ok
from tests.unit.proof_account import (
    BUCKET,
    CREATE,
    DOCUMENTS,
    ELSEWHERE,
    FUNCTION,
    KAFKA,
    KEY,
    OWN_KAFKA,
    QUEUE,
    REGION,
    REGISTRY,
    RESTORES,
    ROLE,
    SECRET,
    STREAM,
    TABLE,
    TOPIC,
    UUID,
    account,
    aged,
    function,
    mapping,
    queue,
    refused,
    simulated,
    stream,
    validated,
)

BOUNDARY = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
NO_QUEUE = Answer(code="AWS.SimpleQueueService.NonExistentQueue", status=400)
GONE_KEY = Answer(code="NotFoundException", status=400)
CONNECTION = "arn:aws:kafka:eu-west-1:123456789012:vpc-connection/123456789012/c/u"
BROKER = "arn:aws:mq:eu-west-1:123456789012:broker:b:b-1"


def without(role: str) -> Callable[[Mapping[str, Any]], Answer]:
    """A simulation of an account that lacks a role."""

    def simulate(params: Mapping[str, Any]) -> Answer:
        gone = params["PolicySourceArn"] == role
        return Answer(code="NoSuchEntity", status=404) if gone else simulated("allowed")(params)

    return simulate


def stack(status: str = "CREATE_COMPLETE") -> dict[str, Answer]:
    """A stack that owns the mapping."""
    owner = {"StackName": "shop", "StackId": "arn:shop", "PhysicalResourceId": UUID}
    return {
        "DescribeStackResources": ok(StackResources=[owner]),
        "DescribeStacks": ok(Stacks=[{"StackName": "shop", "StackStatus": status}]),
    }


REFUSALS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = [
    ({}, {"GetQueueAttributes": queue(VisibilityTimeout="5")}, {},
     "visibility time-out of 5 seconds is shorter than the function's 10"),
    ({}, {"GetQueueAttributes": queue(MessageRetentionPeriod="60")}, {},
     "keeps messages for 60 seconds, less than the 331 that nothing may read it"),
    ({}, {"GetQueueUrl": NO_QUEUE}, {}, f"reads {QUEUE}, which does not exist"),
    ({"EventSourceArn": STREAM}, {"DescribeStreamSummary": GONE}, {},
     f"reads {STREAM}, which does not exist"),
    ({"EventSourceArn": STREAM}, {"DescribeStreamSummary": stream(status="DELETING")}, {},
     "which is DELETING"),
    ({"EventSourceArn": STREAM}, {"DescribeStreamSummary": stream(hours=1)},
     {"total_chaos_duration": 3600}, "keeps records for 3600 seconds, less than the 3901"),
    ({"EventSourceArn": STREAM, "MaximumRecordAgeInSeconds": 60}, {}, {},
     "discards records older than 60 seconds (MaximumRecordAgeInSeconds), less than the 331"),
    ({"EventSourceArn": TABLE}, {"DescribeStream": GONE}, {}, "which does not exist"),
    ({"EventSourceArn": TABLE},
     {"DescribeStream": ok(StreamDescription={"StreamStatus": "DISABLED"})}, {},
     "which is DISABLED"),
    ({"EventSourceArn": STREAM, "DestinationConfig": {"OnFailure": {"Destination": TOPIC}}},
     {"GetTopicAttributes": Answer(code="NotFound", status=404)}, {},
     f"sends failures to {TOPIC}, which does not exist"),
    ({"EventSourceArn": STREAM, "DestinationConfig": {"OnFailure": {"Destination": QUEUE}}},
     {"GetQueueUrl": NO_QUEUE}, {}, f"sends failures to {QUEUE}, which does not exist"),
    ({"EventSourceArn": KAFKA, "Topics": ["t"],
      "SourceAccessConfigurations": [{"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET}]},
     {"DescribeSecret": GONE}, {}, f"uses secret {SECRET}, which does not exist"),
    ({"EventSourceArn": KAFKA, "Topics": ["t"],
      "SourceAccessConfigurations": [{"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET}]},
     {"DescribeSecret": ok(DeletedDate=1)}, {}, "which is being deleted"),
    ({"KMSKeyArn": KEY, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
     {"DescribeKey": ok(KeyMetadata={"KeyState": "PendingDeletion"})}, {},
     f"encrypts with key {KEY}, which is PendingDeletion"),
    ({"KMSKeyArn": KEY, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
     {"DescribeKey": Answer(code="NotFoundException", status=400)}, {},
     f"encrypts with key {KEY}, which does not exist"),
    ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", "sqs:ReceiveMessage")}, {},
     f"role {ROLE} may not sqs:ReceiveMessage on {QUEUE}"),
    ({}, {"SimulatePrincipalPolicy": without(ROLE)}, {},
     f"needs role {ROLE}, which does not exist"),
    ({}, {"SimulatePrincipalPolicy": without(RESTORES)}, {},
     f"would be made again by role {RESTORES}, which does not exist"),
    ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", CREATE)}, {},
     f"role {RESTORES}, which does that, may not {CREATE} for {FUNCTION}; allow what docs/permis"),
    ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", CREATE, **BOUNDARY)}, {},
     f"may not {CREATE} (forbidden by its permissions boundary) for {FUNCTION}"),
    ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", CREATE)},
     {"assume_role_arn": ELSEWHERE}, f"role {ELSEWHERE}, which does that, may not {CREATE}"),
    ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", "lambda:TagResource"),
          "ListTags": ok(Tags={"team": "a"})}, {},
     "may not lambda:TagResource on arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:*"),
    ({"KMSKeyArn": KEY, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
     {"SimulatePrincipalPolicy": simulated("implicitDeny", "kms:GenerateDataKey")}, {},
     f"may not kms:GenerateDataKey on {KEY}"),
    ({}, {"GetQueueAttributes": queue(KmsMasterKeyId="alias/shop"),
          "DescribeKey": ok(KeyMetadata={"KeyState": "Disabled"})}, {},
     f"reads {QUEUE}, encrypted with key arn:aws:kms:{REGION}:alias/shop, which is Disabled"),
    ({"EventSourceArn": STREAM},
     {"DescribeStreamSummary": stream(KeyId="k"), "DescribeKey": GONE_KEY}, {},
     f"reads {STREAM}, encrypted with key {KEY}, which does not exist"),
    ({"EventSourceArn": STREAM, "DestinationConfig": {"OnFailure": {"Destination": BUCKET}}},
     {"GetBucketLocation": Answer(code="NoSuchBucket", status=404)}, {},
     f"sends failures to {BUCKET}, which does not exist; make it again first"),
    ({"EventSourceArn": KAFKA, "Topics": ["t"]},
     {"DescribeClusterV2": Answer(code="NotFoundException", status=404)}, {},
     f"reads {KAFKA}, which does not exist; leave the mapping out"),
    ({"EventSourceArn": KAFKA, "Topics": ["t"]},
     {"DescribeClusterV2": ok(ClusterInfo={"State": "DELETING"})}, {},
     f"reads {KAFKA}, which is DELETING; wait until it can be read"),
    ({"EventSourceArn": CONNECTION, "Topics": ["t"]},
     {"DescribeVpcConnection": Answer(code="NotFoundException", status=404)}, {},
     f"reads {CONNECTION}, which does not exist"),
    ({"EventSourceArn": CONNECTION, "Topics": ["t"]},
     {"DescribeVpcConnection": ok(State="REJECTED")}, {}, "which is REJECTED"),
    ({"EventSourceArn": BROKER, "Queues": ["q"]},
     {"DescribeBroker": Answer(code="NotFoundException", status=404)}, {},
     f"reads {BROKER}, which does not exist"),
    ({"EventSourceArn": BROKER, "Queues": ["q"]},
     {"DescribeBroker": ok(BrokerState="DELETION_IN_PROGRESS")}, {},
     f"reads {BROKER}, which is DELETION_IN_PROGRESS"),
    ({"EventSourceArn": DOCUMENTS},
     {"DescribeDBClusters": Answer(code="DBClusterNotFoundFault", status=404)}, {},
     f"reads {DOCUMENTS}, which does not exist"),
    ({"EventSourceArn": DOCUMENTS},
     {"DescribeDBClusters": ok(DBClusters=[{"Status": "stopped"}])}, {},
     f"reads {DOCUMENTS}, which is stopped"),
    (OWN_KAFKA, {"DescribeSubnets": Answer(code="InvalidSubnetID.NotFound", status=400)}, {},
     "reaches its brokers through subnet subnet-1, which does not exist; make it again first"),
    (OWN_KAFKA, {"DescribeSecurityGroups": Answer(code="InvalidGroup.NotFound", status=400)}, {},
     "reaches its brokers with security group sg-1, which does not exist; make it again first"),
    (REGISTRY, {"DescribeSecret": GONE}, {}, f"uses secret {SECRET}, which does not exist"),
    ({"EventSourceArn": STREAM, "MaximumRecordAgeInSeconds": 3600},
     {"GetMetricData": aged(3_300_000, 100)}, {},
     "less than the 331 that nothing may read it and the 3300 that its function may be behind"),
    ({"EventSourceArn": STREAM}, {"GetMetricData": aged(1000, before=86_200)}, {},
     "keeps records for 86400 seconds, less than the 331 that nothing may read it and the 86201"),
    ({"EventSourceArn": TABLE}, {"GetMetricData": aged(86_300_000)}, {},
     "shorten total_chaos_duration, wait until it has caught up"),
    ({}, stack(), {}, "belongs to CloudFormation stack shop, which would lose it"),
    ({}, stack("UPDATE_IN_PROGRESS"), {"allow_managed": True}, "which is UPDATE_IN_PROGRESS"),
    ({}, stack("UPDATE_IN_PROGRESS"), {"fault": "disable-mappings"}, "is UPDATE_IN_PROGRESS"),
    ({"FilterCriteriaError": {"ErrorCode": "x"}}, {}, {}, "filter criteria that cannot be read"),
    ({"KMSKeyArn": KEY}, {}, {}, f"grant kms:Decrypt on {KEY}"),
    ({"BatchSize": 0}, {}, {}, "its create request is not valid (Invalid value for parameter"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "answers", "request_", "sentence"), REFUSALS)
def test_what_could_not_be_put_back_is_refused(
    changes: dict[str, Any], answers: dict[str, Any], request_: dict[str, Any], sentence: str
) -> None:
    made = mapping(changes.get("EventSourceArn", QUEUE), **changes)
    [problem] = refused(account(made, **answers), **request_)
    assert problem.startswith(f"event_uuids: {UUID} ")
    assert sentence in problem
    assert ";" in problem


def test_a_healthy_account_has_neither_problem_nor_warning() -> None:
    assert validated(account())["warnings"] == []


@pytest.mark.parametrize("arn", [f"{FUNCTION}:live", f"{FUNCTION}:7"])
def test_an_alias_or_version_that_is_gone_is_refused(arn: str) -> None:
    def get_function(params: Mapping[str, Any]) -> Answer:
        known = params["FunctionName"] == "orders"
        return ok(Configuration=function(), Tags={"snapback:allowed": "true"}) if known else GONE

    [problem] = refused(account(mapping(FunctionArn=arn), GetFunction=get_function))
    assert f"feeds {arn}, which does not exist; make that version or alias again" in problem


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"State": "Pending"}, "is Pending; wait until it is Active"),
        ({"LastUpdateStatus": "InProgress"}, "is being updated; wait until its last update"),
    ],
)
def test_a_function_at_work_is_refused(changes: dict[str, Any], reason: str) -> None:
    found = ok(Configuration=function(**changes), Tags={"snapback:allowed": "true"})
    [problem] = refused(account(GetFunction=found))
    assert problem.startswith(f"function_name: 'orders' {reason}")


@pytest.mark.parametrize("unknown", ["Future", "FilterCriteria.Filters[0].Mode"])
@pytest.mark.parametrize("event_uuids", ["all", [UUID]])
def test_settings_that_this_version_does_not_know_are_refused(
    unknown: str, event_uuids: Any
) -> None:
    listed = Answer(
        body={"EventSourceMappings": [mapping()]}, unknown=(f"EventSourceMappings[0].{unknown}",)
    )
    got = Answer(body=mapping(), unknown=(unknown,))
    answers = account(ListEventSourceMappings=listed, GetEventSourceMapping=got)
    [problem] = refused(answers, event_uuids=event_uuids)
    assert f"has settings that this version does not know ({unknown}); upgrade Snap" in problem


@pytest.mark.parametrize(
    ("source", "denied", "sentence"),
    [
        (QUEUE, "GetQueueUrl", f"Queue {QUEUE} could not be checked (AccessDeniedException)."),
        (STREAM, "DescribeStreamSummary", f"Stream {STREAM} could not be checked"),
        (TABLE, "DescribeStream", f"Stream {TABLE} could not be checked"),
        (QUEUE, "SimulatePrincipalPolicy", f"Whether role {ROLE} may read {QUEUE} could not be"),
        (
            QUEUE,
            "SimulatePrincipalPolicy",
            f"Whether role {RESTORES} may make the mappings of {FUNCTION} again could not be checked",
        ),
        (STREAM, "GetMetricData", f"How far {FUNCTION} is behind {STREAM} could not be checked"),
        (KAFKA, "DescribeClusterV2", f"Source {KAFKA} could not be checked"),
        (CONNECTION, "DescribeVpcConnection", f"Source {CONNECTION} could not be checked"),
        (BROKER, "DescribeBroker", f"Source {BROKER} could not be checked"),
        (DOCUMENTS, "DescribeDBClusters", f"Source {DOCUMENTS} could not be checked"),
        (QUEUE, "DescribeStackResources", "CloudFormation could not be asked who owns"),
    ],
)
def test_an_optional_check_that_is_denied_is_a_warning(
    source: str, denied: str, sentence: str
) -> None:
    warnings = validated(account(mapping(source), **{denied: DENIED}))["warnings"]
    assert [each for each in warnings if sentence in each]


def test_a_needed_read_that_is_denied_is_a_refusal() -> None:
    assert "cannot be listed" in refused(account(ListEventSourceMappings=DENIED))[0]
    assert "cannot be read" in refused(account(GetFunction=DENIED))[0]


def test_an_allowed_delete_of_a_managed_mapping_is_warned_of() -> None:
    [warning] = validated(account(**stack()), allow_managed=True)["warnings"]
    assert f"CloudFormation stack shop loses mapping {UUID}" in warning


def test_disabling_a_managed_mapping_needs_no_permission() -> None:
    assert validated(account(**stack()), fault="disable-mappings")["warnings"] == []


def test_deleting_the_mapping_of_a_dynamodb_stream_recommends_to_disable_it() -> None:
    [warning] = validated(account(mapping(TABLE)))["warnings"]
    assert "the fault disable-mappings keeps its place" in warning
    assert validated(account(mapping(TABLE)), fault="disable-mappings")["warnings"] == []


def test_a_source_that_no_call_describes_is_assumed_to_keep_records_as_by_default() -> None:
    made = mapping(KAFKA, Topics=["t"])
    [warning] = [w for w in validated(account(made))["warnings"] if "assumed" in w]
    assert "its default of 168 hours was assumed" in warning


def test_a_queue_that_gives_up_after_one_receive_is_warned_of() -> None:
    policy = '{"deadLetterTargetArn": "arn", "maxReceiveCount": 1}'
    [warning] = validated(account(GetQueueAttributes=queue(RedrivePolicy=policy)))["warnings"]
    assert "maxReceiveCount is 1" in warning


def test_all_problems_of_all_mappings_are_named_at_once() -> None:
    other = UUID.replace("1", "2")
    answers = account(
        mapping(),
        mapping(STREAM, UUID=other, MaximumRecordAgeInSeconds=60),
        GetQueueAttributes=queue(VisibilityTimeout="5", MessageRetentionPeriod="60"),
        DescribeStreamSummary=stream(status="DELETING"),
    )
    problems = refused(answers, total_chaos_duration=7200)
    assert [each.split()[1] for each in problems[:-1]] == [UUID, UUID, other]
    assert problems[-1].startswith("total_chaos_duration: 7200")


def test_what_mappings_share_is_asked_once() -> None:
    asked: list[Call] = []
    made = [mapping(UUID=f"{number}1111111-1111-4111-8111-111111111111") for number in range(5)]
    validated(account(*made), asked=asked)
    operations = [each.operation for each in asked]
    assert operations.count("GetFunction") == operations.count("GetQueueAttributes") == 1
    assert operations.count("SimulatePrincipalPolicy") == 3


def test_many_warnings_are_counted() -> None:
    made = [mapping(f"{QUEUE}-{number}", UUID=f"u-{number}") for number in range(80)]
    warnings = validated(account(*made, GetQueueUrl=DENIED))["warnings"]
    assert len(warnings) == 51
    assert warnings[-1] == "Warnings that are not shown: 30."
