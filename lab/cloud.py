"""boto3 clients of a lab."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from lab.session import Lab


@cache
def client(lab: Lab, service: str) -> Any:
    """The one client of a service; it talks to the lab whatever the environment says."""
    return boto3.client(
        service,
        endpoint_url=lab.endpoint_url,
        region_name=lab.region,
        aws_access_key_id=lab.access_key_id,
        aws_secret_access_key=lab.secret_access_key,
        config=Config(
            s3={"addressing_style": "path"}, read_timeout=120, retries={"max_attempts": 2}
        ),
    )
