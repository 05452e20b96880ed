"""What IAM has to permit so that mappings can be deleted and made again."""

from snapback.faults.mappings.permissions import (
    DECRYPTS_FILTERS,
    ENCRYPTS_FILTERS,
    LISTS_MAPPINGS,
    MAPPING,
    OF_A_TARGET,
    READS_MAPPINGS,
    READS_TAGS,
    SHARED,
    breaks,
)
from snapback.protocol.permissions import ANYTHING, Permissions, Question, may
from snapback.workload.permissions import READS_METRICS

BY_QUESTION: Permissions = {
    **SHARED,
    Question.DESCRIBE: (READS_METRICS,),
    Question.LOOK: (LISTS_MAPPINGS,),
    Question.SNAPSHOT: (READS_MAPPINGS, READS_TAGS, DECRYPTS_FILTERS, READS_METRICS),
    Question.INJECT: (breaks("lambda:DeleteEventSourceMapping"),),
    Question.RESTORE: (
        READS_MAPPINGS,
        READS_TAGS,
        may(
            "lambda:CreateEventSourceMapping",
            on=ANYTHING,
            when=OF_A_TARGET,
            because="Makes the mapping again. IAM has no resource level for its creation; its "
            "condition knows the function's ARN, not its tags.",
        ),
        may(
            "kafka:ListVpcConnections",
            on=ANYTHING,
            because="Lambda asks it of whoever makes a mapping that reads another account's Amazon "
            "MSK cluster.",
        ),
        may(
            "lambda:TagResource",
            on=MAPPING,
            because="Gives the mapping its tags, in the call that makes it.",
        ),
        *ENCRYPTS_FILTERS,
    ),
    Question.LOOK_AFTERWARDS: (LISTS_MAPPINGS,),
    Question.VERIFY: (READS_MAPPINGS, READS_TAGS, DECRYPTS_FILTERS),
}
