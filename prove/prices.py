"""List prices in US dollars, and what a plan or a run amounts to; pure."""

from __future__ import annotations

from dataclasses import dataclass

REGION = "us-east-1"
AS_OF = "2025"
"""The year of the price lists; AWS may have changed them since."""

HOURS_A_MONTH = 730


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs."""

    unit: str
    dollars: float
    hourly: bool = False
    """Whether it is paid for as long as it exists."""


PRICES = {
    "stream": Price("Kinesis shard-hours", 0.015, hourly=True),
    "key": Price("KMS key-hours", 1 / HOURS_A_MONTH, hourly=True),
    "dashboard": Price("CloudWatch dashboard-hours", 3 / HOURS_A_MONTH, hourly=True),
    "alarm": Price("CloudWatch alarm-hours", 0.10 / HOURS_A_MONTH, hourly=True),
    "metric": Price("CloudWatch custom metric-hours", 0.30 / HOURS_A_MONTH, hourly=True),
    "transition": Price("Step Functions state transitions", 0.025 / 1_000),
    "request": Price("Lambda requests", 0.20 / 1e6),
    "gigabyte-second": Price("Lambda GB-seconds", 0.0000133334),
    "queue request": Price("SQS requests", 0.50 / 1e6),
    "table request": Price("DynamoDB requests", 0.625 / 1e6),
    "metric read": Price("CloudWatch metrics read", 0.01 / 1_000),
    "api request": Price("CloudWatch API requests", 0.01 / 1_000),
    "log gigabyte": Price("CloudWatch Logs GB", 0.50),
    "trace": Price("X-Ray traces", 5 / 1e6),
    "object": Price("S3 writes", 0.005 / 1_000),
    "msk": Price("MSK Serverless cluster-hours", 0.75, hourly=True),
    "mq": Price("Amazon MQ mq.t3.micro hours", 0.02704, hourly=True),
    "docdb": Price("DocumentDB db.t3.medium hours", 0.078, hourly=True),
    "endpoint": Price("VPC endpoint-hours", 0.01, hourly=True),
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
