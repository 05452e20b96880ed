"""Lambda's control plane allows 15 requests a second in all: experiments on many mappings get by with that."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from lab.product import SHORT, Product
from lab.throttle import Throttle, proxy, throttled

QUEUES = 30
PATIENT_SECONDS = 50
FUNCTION = "under-throttle"


def test_a_throttle_admits_its_limit_in_any_second() -> None:
    throttle = Throttle(limit=15)
    moments = [step / 100 for step in range(500)]
    admitted = [moment for moment in moments if throttle.admits(moment)]
    assert len(admitted) == throttle.passed == 75
    assert throttle.refused == 425
    assert all(later - sooner >= 1 for sooner, later in zip(admitted, admitted[15:], strict=False))


def test_a_refusal_has_the_shape_of_aws_and_other_services_pass(product: Product) -> None:
    throttle = Throttle(limit=2)
    with proxy(product.lab, throttle) as url:
        clients = {
            service: boto3.client(
                service,
                endpoint_url=url,
                region_name=product.lab.region,
                aws_access_key_id=product.lab.access_key_id,
                aws_secret_access_key=product.lab.secret_access_key,
                config=Config(retries={"total_max_attempts": 1}),
            )
            for service in ("lambda", "sts")
        }
        answers = [clients["lambda"].list_event_source_mappings() for _ in range(2)]
        with pytest.raises(ClientError) as refused:
            clients["lambda"].list_event_source_mappings()
        for _ in range(5):
            clients["sts"].get_caller_identity()
    direct = product.aws("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert [each["EventSourceMappings"] for each in answers] == [direct] * 2
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert (throttle.passed, throttle.refused) == (2, 1)


type Make = Callable[[int], list[dict[str, Any]]]
"""Makes so many mappings of one function, no two of them with the same settings."""


@pytest.fixture
def make_mappings(
    product: Product, make_function: Callable[..., str], eventually: Any
) -> Iterator[Make]:
    """Make mappings of a function of one's own, which go with the test."""
    make_function(
        FUNCTION, "def handler(event, context): pass", seconds=5, Tags={"snapback:allowed": "true"}
    )

    def create(number: int) -> None:
        queue = f"{FUNCTION}-{number:03}"
        product.aws("sqs").create_queue(QueueName=queue)
        product.aws("lambda").create_event_source_mapping(
            FunctionName=FUNCTION,
            EventSourceArn=f"arn:aws:sqs:{product.lab.region}:{product.lab.account_id}:{queue}",
            BatchSize=1 + number % 10,
            ScalingConfig={"MaximumConcurrency": 2 + number},
            Tags={"number": str(number)},
        )

    def make(count: int) -> list[dict[str, Any]]:
        with ThreadPoolExecutor(4) as side:
            list(side.map(create, range(count)))
        eventually(lambda: {each["State"] for each in listed()}, {"Enabled"}, 120)
        return product.mappings(FUNCTION)

    def listed() -> list[dict[str, Any]]:
        pages = product.aws("lambda").get_paginator("list_event_source_mappings")
        return [
            each
            for page in pages.paginate(FunctionName=FUNCTION)
            for each in page["EventSourceMappings"]
        ]

    yield make
    for each in listed():
        product.aws("lambda").delete_event_source_mapping(UUID=each["UUID"])
    product.aws("lambda").delete_function(FunctionName=FUNCTION)


@pytest.fixture
def patient(product: Product) -> Iterator[None]:
    """Time-outs for a machine on which thirty processes start at once."""
    functions = product.aws("lambda")
    before = {
        each["FunctionName"]: each["Timeout"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if any(name in each["FunctionName"] for name in ("InjectFault", "RestoreTargets"))
    }
    for name in before:
        functions.update_function_configuration(FunctionName=name, Timeout=PATIENT_SECONDS)
    yield
    for name, seconds in before.items():
        functions.update_function_configuration(FunctionName=name, Timeout=seconds)


@pytest.mark.long
@pytest.mark.usefixtures("patient")
def test_thirty_mappings_come_back_equal_under_a_throttle(
    product: Product, make_mappings: Make, eventually: Any
) -> None:
    """However the execution ends: on a busy machine a handler may run out of its time."""
    many = make_mappings(QUEUES)
    assert len(many) == QUEUES
    with throttled(product.lab) as throttle:
        begun = time.monotonic()
        execution = product.start(function_name=FUNCTION, total_chaos_duration=2)
        ended = eventually(lambda: product.ended(execution), seconds=300)
        eventually(lambda: product.mappings(FUNCTION), many, 300)
        eventually(lambda: product.open_items(FUNCTION, ended["name"]), [], 300)
        seconds = time.monotonic() - begun
    sys.stdout.write(
        f"\n{ended['status']} after {seconds:.0f} s, {throttle.passed} requests passed, "
        f"{throttle.refused} were refused\n"
    )
    assert throttle.refused > 0
    if ended["status"] == "SUCCEEDED":
        assert json.loads(ended["output"])["counts"]["verified"] == QUEUES


MANY = 200
WHOLE_LIMIT = 15
LONGER_AT_MOST = 1.15
"""So much longer than its requests take at the whole limit may a phase be, as in the benchmarks."""
LENIENT = {
    **SHORT,
    "inject_fault_function_seconds": PATIENT_SECONDS,
    "restore_targets_function_seconds": PATIENT_SECONDS,
    "rest_seconds": 120,
}


@pytest.mark.long
@pytest.mark.usefixtures("patient")
def test_two_hundred_mappings_come_back_equal_at_the_pace_of_the_whole_limit(
    product: Product, make_mappings: Make, eventually: Any
) -> None:
    """A phase is from its first request to its last: how soon a process starts is the machine's."""
    many = make_mappings(MANY)
    assert len(many) == MANY
    settings = {"REQUESTS_PER_SECOND": str(WHOLE_LIMIT), "TIMINGS": json.dumps(LENIENT)}
    with throttled(product.lab, WHOLE_LIMIT, settings) as throttle:
        execution = product.start(function_name=FUNCTION, total_chaos_duration=5)
        ended = eventually(lambda: product.ended(execution), seconds=600)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert product.mappings(FUNCTION) == many
    assert product.open_items(FUNCTION, ended["name"]) == []
    counts = json.loads(ended["output"])["counts"]
    assert (counts["verified"], counts["restored"]) == (MANY, MANY)
    entered = product.entered_at(execution)
    longer = []
    for began, over in (("Inject batches", "Hold"), ("Restore batches", "Watch recovery")):
        sent = [each for each in throttle.passed_at if entered[began] <= each < entered[over]]
        seconds, ideal = sent[-1] - sent[0], len(sent) / WHOLE_LIMIT
        sys.stdout.write(
            f"\n{began}: {len(sent)} requests in {seconds:.1f} s, {ideal:.1f} at best\n"
        )
        assert len(sent) >= MANY
        longer.append(seconds / ideal)
    assert max(longer) <= LONGER_AT_MOST
