"""The bucket of reports."""

from aws_cdk import Acknowledgment, Duration, Validations
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.settings import Settings
from infra.wiring import Wiring

KEPT_DAYS = 400


class Reports(Construct):
    """Private and encrypted; a report is kept for a good year, also when a stack that lasts is removed."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        """Create the bucket."""
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(KEPT_DAYS),
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=settings.removal_policy,
        )
        Validations.of(self.bucket).acknowledge(
            Acknowledgment(
                id="AwsSolutions-S1",
                reason="A log of who read a report would need a second bucket; CloudTrail has "
                "data events for those who want them.",
            )
        )
        self.wiring = Wiring(
            {"reports": (self.bucket.arn_for_objects("*"),)},
            {"REPORTS_BUCKET": self.bucket.bucket_name},
        )
