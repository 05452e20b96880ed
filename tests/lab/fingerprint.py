"""Run by the lab's own interpreter: prints a digest of every LocalEmu internal that the plugin replaces or relies on."""

import hashlib
import importlib
import inspect
import json
import sys
from importlib import metadata
from typing import Any

SERVICES = "localemu.services"
MAPPINGS = f"{SERVICES}.lambda_.event_source_mapping"
INTERNALS = {
    f"{SERVICES}.lambda_.invocation.runtime_executor": ["RuntimeExecutor"],
    f"{SERVICES}.lambda_.invocation.lambda_models": ["S3Code"],
    f"{SERVICES}.lambda_.invocation.execution_environment": [
        "ExecutionEnvironment.get_environment_variables",
        "ExecutionEnvironment.get_log_group_name",
        "ExecutionEnvironment.invoke",
    ],
    f"{MAPPINGS}.esm_worker": ["EsmWorker"],
    f"{MAPPINGS}.esm_worker_factory": ["EsmWorkerFactory.get_esm_worker"],
    f"{MAPPINGS}.esm_event_processor": ["EsmEventProcessor.process_events_batch"],
    f"{MAPPINGS}.pollers.stream_poller": ["StreamPoller"],
    f"{MAPPINGS}.pollers.kinesis_poller": ["KinesisPoller.initialize_shards"],
    f"{MAPPINGS}.pollers.dynamodb_poller": ["DynamoDBPoller.initialize_shards"],
    f"{MAPPINGS}.pollers.sqs_poller": ["SqsPoller.poll_events", "SqsPoller.handle_messages"],
    f"{SERVICES}.lambda_.provider": [
        "LambdaProvider.update_event_source_mapping_v2",
        "LambdaProvider.delete_event_source_mapping",
        "LambdaProvider.get_event_source_mapping",
        "LambdaProvider.validate_event_source_mapping",
    ],
    f"{SERVICES}.cloudformation.engine.v2.change_set_model_executor": [
        "ChangeSetModelExecutor.execute",
        "ChangeSetModelExecutor._process_event",
    ],
    f"{SERVICES}.cloudformation.resource_provider": [
        "ResourceProvider",
        "ResourceProviderExecutor.deploy_loop",
        "ResourceProviderExecutor.try_load_resource_provider",
    ],
    f"{SERVICES}.events.target": ["StatesTargetSender.send_event"],
    f"{SERVICES}.events.rule": ["RuleService.create_schedule_job"],
    f"{SERVICES}.events.scheduler": ["JobScheduler", "Job"],
    f"{SERVICES}.cloudtrail.recording_hook": ["_emit_cloudtrail_to_eventbridge"],
    "localemu.aws.app": ["LocalemuAwsGateway.__init__"],
    "localemu.aws.handlers.internal_requests": ["InternalRequestParamsEnricher"],
    "moto.sts.models": ["AssumedRole", "STSBackend.get_assumed_role_from_access_key"],
    "moto.dynamodb.models": [
        "DynamoDBBackend.update_item",
        "DynamoDBBackend.transact_write_items",
    ],
    f"{SERVICES}.stepfunctions.asl.jsonata.jsonata": [
        "eval_jsonata_expression",
        "encode_jsonata_variable_declarations",
    ],
    f"{SERVICES}.stepfunctions.asl.component.common.error_name.custom_error_name": [
        "CustomErrorName"
    ],
    f"{SERVICES}.stepfunctions.asl.eval.environment": [
        "Environment.set_error",
        "Environment.set_stop",
    ],
    f"{SERVICES}.stepfunctions.asl.component.common.string.string_expression": [
        "StringJSONata",
        "StringVariableSample",
    ],
}


def digest_of(module: str, path: str) -> str:
    """The start of the digest of an internal's source; 'missing' when it is gone."""
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name, None)
    if found is None:
        return "missing"
    return hashlib.sha256(inspect.getsource(inspect.unwrap(found)).encode()).hexdigest()[:12]


if __name__ == "__main__":
    digests = {
        f"{module.removeprefix('localemu.')}:{path}": digest_of(module, path)
        for module, paths in INTERNALS.items()
        for path in paths
    }
    json.dump({"localemu": metadata.version("localemu"), **digests}, sys.stdout, indent=1)
