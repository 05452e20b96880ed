"""The Lambda functions, all made from one asset: one a handler module."""

import json
from collections.abc import Mapping

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Validations
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

RESERVED_CONCURRENCY: Mapping[str, int] = {"RestoreTargets": 40, "Sweep": 2}
"""Nothing may starve these two. A reservation is a ceiling too, so it covers all 40 batches."""


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
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
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
    """Every function by name but Sweep, which needs to know the machines that call the others.

    Validation is told which role restores.
    """
    made = {
        name: Handler(scope, name, settings=settings, code=code, wiring=wiring)
        for name in map(function_of, HANDLERS)
        if name != "Sweep"
    }
    functions = {name: each.function for name, each in made.items()}
    functions["ValidateExperiment"].add_environment(
        "RESTORE_ROLE_ARN", made["RestoreTargets"].role_arn
    )
    return functions


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
        "MAX_OPEN_EXPERIMENTS": str(settings.max_open_experiments),
        "MAX_OPEN_TARGETS": str(settings.max_open_targets),
        "ALLOWED_HOURS": settings.allowed_hours,
        "FAULTS": ",".join(settings.faults),
        "EXTRA_REGIONS": settings.extra_regions,
        "POWERTOOLS_SERVICE_NAME": "snapback",
        "POWERTOOLS_METRICS_NAMESPACE": settings.stack_name,
    }
