"""List prices in US dollars, and what a plan or a run amounts to; pure."""

from __future__ import annotations

from dataclasses import dataclass

REGION = "us-east-1"
AS_OF = "2025"
"""The year of the price lists; AWS may have changed them since."""

HOURS_A_MONTH = 730


_PAGES = "https://aws.amazon.com"
STEP_FUNCTIONS = f"{_PAGES}/step-functions/pricing/"
LAMBDA = f"{_PAGES}/lambda/pricing/"
DYNAMODB = f"{_PAGES}/dynamodb/pricing/on-demand/"
CLOUDWATCH = f"{_PAGES}/cloudwatch/pricing/"


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, and the page that lists it."""

    unit: str
    dollars: float
    page: str
    hourly: bool = False
    """Whether it is paid for as long as it exists."""


PRICES = {
    "stream": Price(
        "Kinesis shard-hours", 0.015, f"{_PAGES}/kinesis/data-streams/pricing/", hourly=True
    ),
    "key": Price("KMS key-hours", 1 / HOURS_A_MONTH, f"{_PAGES}/kms/pricing/", hourly=True),
    "dashboard": Price("CloudWatch dashboard-hours", 3 / HOURS_A_MONTH, CLOUDWATCH, hourly=True),
    "alarm": Price("CloudWatch alarm-hours", 0.10 / HOURS_A_MONTH, CLOUDWATCH, hourly=True),
    "metric": Price(
        "CloudWatch custom metric-hours", 0.30 / HOURS_A_MONTH, CLOUDWATCH, hourly=True
    ),
    "transition": Price("Step Functions state transitions", 0.025 / 1_000, STEP_FUNCTIONS),
    "request": Price("Lambda requests", 0.20 / 1e6, LAMBDA),
    "gigabyte-second": Price("Lambda GB-seconds", 0.0000133334, LAMBDA),
    "queue request": Price("SQS requests", 0.50 / 1e6, f"{_PAGES}/sqs/pricing/"),
    "table request": Price("DynamoDB requests", 0.625 / 1e6, DYNAMODB),
    "write unit": Price("DynamoDB write units", 0.625 / 1e6, DYNAMODB),
    "read unit": Price("DynamoDB read units", 0.125 / 1e6, DYNAMODB),
    "metric read": Price("CloudWatch metrics read", 0.01 / 1_000, CLOUDWATCH),
    "api request": Price("CloudWatch API requests", 0.01 / 1_000, CLOUDWATCH),
    "log gigabyte": Price("CloudWatch Logs GB", 0.50, CLOUDWATCH),
    "log gigabyte kept": Price("CloudWatch Logs GB-months", 0.03, CLOUDWATCH),
    "trace": Price("X-Ray traces", 5 / 1e6, f"{_PAGES}/xray/pricing/"),
    "object": Price("S3 writes", 0.005 / 1_000, f"{_PAGES}/s3/pricing/"),
    "notice": Price("SNS requests", 0.50 / 1e6, f"{_PAGES}/sns/pricing/"),
    "msk": Price("MSK Serverless cluster-hours", 0.75, f"{_PAGES}/msk/pricing/", hourly=True),
    "mq": Price(
        "Amazon MQ mq.t3.micro hours", 0.02704, f"{_PAGES}/amazon-mq/pricing/", hourly=True
    ),
    "docdb": Price(
        "DocumentDB db.t3.medium hours", 0.078, f"{_PAGES}/documentdb/pricing/", hourly=True
    ),
    "endpoint": Price("VPC endpoint-hours", 0.01, f"{_PAGES}/privatelink/pricing/", hourly=True),
}


@dataclass(frozen=True, slots=True)
class Usage:
    """So many units of a price."""

    of: str
    amount: float

    @property
    def dollars(self) -> float:
        """What they cost."""
        return self.amount * PRICES[self.of].dollars

    def told(self) -> str:
        """As a line of a bill."""
        return f"{self.amount:,.5g} {PRICES[self.of].unit}"


def total(usage: tuple[Usage, ...]) -> float:
    """What all of it costs."""
    return sum(each.dollars for each in usage)


def hourly(usage: tuple[Usage, ...]) -> float:
    """The part that is paid for time."""
    return sum(each.dollars for each in usage if PRICES[each.of].hourly)
