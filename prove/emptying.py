"""Takes everything out of a bucket, so that it can be removed."""

from __future__ import annotations

from botocore.exceptions import ClientError

from prove.account import Account

MOST = 1000
"""Objects in one request."""


def empty(account: Account, bucket: str, region: str = "") -> None:
    """Delete every version of every object; fine where the bucket is gone."""
    s3 = account.client("s3", region)
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [
                {"Key": each["Key"], "VersionId": each["VersionId"]}
                for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            ]
            for first in range(0, len(found), MOST):
                s3.delete_objects(
                    Bucket=bucket, Delete={"Objects": found[first : first + MOST], "Quiet": True}
                )
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
