"""What IAM has to permit so that mappings can be disabled and enabled again."""

from snapback.faults.mappings.permissions import (
    DECRYPTS_FILTERS,
    ENCRYPTS_FILTERS,
    LISTS_MAPPINGS,
    MAPPING,
    OF_A_TARGET,
    READS_MAPPINGS,
    SHARED,
    breaks,
)
from snapback.protocol.permissions import Permissions, Question, may

BY_QUESTION: Permissions = {
    **SHARED,
    Question.LOOK: (LISTS_MAPPINGS,),
    Question.SNAPSHOT: (READS_MAPPINGS, DECRYPTS_FILTERS),
    Question.INJECT: (breaks("lambda:UpdateEventSourceMapping"),),
    Question.RESTORE: (
        READS_MAPPINGS,
        may(
            "lambda:UpdateEventSourceMapping",
            on=MAPPING,
            when=OF_A_TARGET,
            because="Enables the mapping again.",
        ),
        *ENCRYPTS_FILTERS,
    ),
    Question.LOOK_AFTERWARDS: (LISTS_MAPPINGS,),
    Question.VERIFY: (READS_MAPPINGS, DECRYPTS_FILTERS),
}
