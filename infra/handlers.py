"""The Lambda functions, all made from one asset: one a handler module."""

import json
from collections.abc import Mapping

from aws_cdk import Acknowledgment, Duration, Validations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.definitions import function_of, module_of
from infra.permissions import HANDLERS
from infra.refusal import Refusal
from infra.roles import handler_role
from infra.settings import Settings
from infra.wiring import Wiring

MEMORY_MEGABYTES = 512
LOGS_KEPT = logs.RetentionDays.ONE_YEAR

RESERVED_CONCURRENCY: Mapping[str, int] = {"RestoreTargets": 40, "Sweep": 2}
"""Nothing may starve these two. A reservation is a ceiling too, so it covers all 40 batches."""

UNRESERVED = 100
"""Lambda refuses a reservation that leaves less of the usual quota unreserved."""

KNOW_THE_MACHINES = ("Sweep", "Notify")


class Handler(Construct):
    """One function with its log group and a role that may do what the table of permissions says."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        code: lambda_.Code,
        wiring: Wiring,
    ) -> None:
        """Create the function `construct_id` from the handler module of that name."""
        super().__init__(scope, construct_id)
        module = module_of(construct_id)
        log_group = logs.LogGroup(
            self,
            "Log",
            retention=LOGS_KEPT,
            removal_policy=settings.removal_policy,
        )
        role = handler_role(
            self,
            module,
            {**wiring.resources, "own logs": (log_group.log_group_arn,)},
            settings,
        )
        self.role_arn = role.role_arn
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"Snapback: {module.replace('_', ' ')}",
            code=code,
            handler=f"{module}.handler",
            runtime=lambda_.Runtime(
                f"python{settings.asset.python_version}", lambda_.RuntimeFamily.PYTHON
            ),
            architecture=lambda_.Architecture.custom(settings.asset.architecture),
            role=role.without_policy_updates(),
            timeout=Duration.seconds(getattr(settings.all_timings, f"{module}_function_seconds")),
            memory_size=MEMORY_MEGABYTES,
            reserved_concurrent_executions=(
                RESERVED_CONCURRENCY.get(construct_id) if settings.reserve_concurrency else None
            ),
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            environment={**_environment(settings), **wiring.environment},
        )
        Validations.of(self.function).acknowledge(
            Acknowledgment(
                id="AwsSolutions-L1",
                reason="Python 3.13 is the newest that every part of Snapback runs on.",
            )
        )


def make_functions(
    scope: Construct,
    *,
    settings: Settings,
    code: lambda_.Code,
    wiring: Wiring,
) -> dict[str, lambda_.Function]:
    """Every function by name but those that need to know the machines, which call the others.

    Validation is told which role restores.
    """
    made = {
        name: Handler(scope, name, settings=settings, code=code, wiring=wiring)
        for name in map(function_of, HANDLERS)
        if name not in KNOW_THE_MACHINES
    }
    functions = {name: each.function for name, each in made.items()}
    functions["ValidateExperiment"].add_environment(
        "RESTORE_ROLE_ARN", made["RestoreTargets"].role_arn
    )
    return functions


def about_concurrency(settings: Settings) -> str:
    """What whoever deploys has to know of the concurrency that is reserved, or is not."""
    if not settings.reserve_concurrency:
        return (
            "No concurrency is reserved: while other functions use up the quota of the account, a "
            "restore waits for them. Deploy without reserve_concurrency=false once the quota allows"
        )
    reserved = sum(RESERVED_CONCURRENCY.values())
    return (
        f"{reserved} concurrent executions are reserved for restoring and sweeping. Lambda wants "
        f"{UNRESERVED} left for everything else: where the quota of the account is below "
        f"{reserved + UNRESERVED}, as it is in new accounts, the deployment fails. Ask for a higher "
        "quota, or deploy with --context reserve_concurrency=false"
    )


def asset_code(settings: Settings) -> lambda_.Code:
    """The built folder as code; raises Refusal where it has not been built."""
    folder = settings.asset.folder
    if not folder.is_dir():
        raise Refusal(f"{folder} does not exist: run `make build/functions-{settings.asset}.ready`")
    return lambda_.Code.from_asset(str(folder))


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "TIMINGS": json.dumps(dict(settings.timings), sort_keys=True),
        "ALLOWED_TAG": settings.allowed_tag,
        "MAX_DURATION_SECONDS": str(settings.max_duration_seconds),
        "MIN_INTERVAL_SECONDS": str(settings.min_interval_seconds),
        "MAX_TARGETS": str(settings.max_targets),
        "REQUESTS_PER_SECOND": str(settings.requests_per_second),
        "MAX_OPEN_EXPERIMENTS": str(settings.max_open_experiments),
        "MAX_OPEN_TARGETS": str(settings.max_open_targets),
        "ALLOWED_HOURS": settings.allowed_hours,
        "FAULTS": ",".join(settings.faults),
        "EXTRA_REGIONS": settings.extra_regions,
        "PROBE_HOSTS": settings.probe_hosts,
        "TABLE_KEY_ARN": settings.table_key_arn,
        "POWERTOOLS_SERVICE_NAME": "snapback",
        "POWERTOOLS_METRICS_NAMESPACE": settings.stack_name,
    }
