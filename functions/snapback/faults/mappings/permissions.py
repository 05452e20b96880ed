"""What IAM has to permit for faults on mappings: each statement once, and what the faults share."""

from snapback.faults.mappings.proofs.permissions import KEY, PROVES
from snapback.protocol.permissions import (
    ANYTHING,
    Condition,
    Kind,
    Permissions,
    Question,
    Statement,
    may,
)
from snapback.workload.permissions import FUNCTION, READS_QUEUES

MAPPING = Kind("mapping", "arn:{partition}:lambda:*:{account}:event-source-mapping:*")

OF_A_TARGET = (Condition("ArnLikeIfExists", "lambda:FunctionArn", FUNCTION.arn),)
"""A mapping that is gone has no function: without `IfExists` a call on it would be refused, and look
like a missing permission instead of a missing mapping."""

THROUGH_LAMBDA = Condition("StringLike", "kms:ViaService", "lambda.*.amazonaws.com")
OF_FILTERS = (
    THROUGH_LAMBDA,
    Condition("ArnLike", "kms:EncryptionContext:aws:lambda:FunctionArn", FUNCTION.arn),
    Condition("StringLike", "kms:EncryptionContext:aws:lambda:EventSourceArn", "arn:{partition}:*"),
)
"""Filter criteria are encrypted for their function and its source, environment variables for their
function alone: nothing may be decrypted that has no source."""

READS_MAPPINGS = may(
    "lambda:GetEventSourceMapping",
    on=MAPPING,
    because="Reads a mapping; also one of another function, to refuse it by name.",
)
READS_TAGS = may("lambda:ListTags", on=MAPPING, because="Reads the tags of a mapping.")
LISTS_MAPPINGS = may(
    "lambda:ListEventSourceMappings",
    on=ANYTHING,
    because="Finds mappings by function and by source. IAM has no resource level for lists.",
)
DECRYPTS_FILTERS = may(
    "kms:Decrypt",
    on=KEY,
    when=OF_FILTERS,
    because="Lambda shows encrypted filter criteria only to a caller who may decrypt them.",
)
ENCRYPTS_FILTERS = (
    may(
        "kms:Decrypt",
        "kms:GenerateDataKey",
        on=KEY,
        when=OF_FILTERS,
        because="Makes or changes a mapping whose filter criteria are encrypted.",
    ),
    may(
        "kms:DescribeKey",
        on=KEY,
        when=(THROUGH_LAMBDA,),
        because="Lambda looks at that key for its caller, for no function in particular.",
    ),
)


def breaks(action: str) -> Statement:
    """The fault itself, one action on the mappings of target functions."""
    return may(
        action,
        on=MAPPING,
        when=OF_A_TARGET,
        because="The fault. IAM sees the mapping's tags and its function's ARN, never its "
        "function's tags: opting in by tag is enforced by validation.",
    )


SHARED: Permissions = {
    Question.CHOOSE: (LISTS_MAPPINGS, READS_MAPPINGS, DECRYPTS_FILTERS),
    Question.IDENTIFY: (LISTS_MAPPINGS, READS_MAPPINGS),
    Question.PROVE: (LISTS_MAPPINGS, READS_TAGS, *PROVES),
    Question.SAMPLE: (LISTS_MAPPINGS, READS_QUEUES),
}
