"""The life of an event source mapping: how long it takes, what it answers, what it shows."""

from __future__ import annotations

from prove.check import Answer, Check, Row, answer, not_applicable
from prove.evidence import EncryptedFilters, Managed, MappingLives, Recreation, Reply, Wire
from snapback.model.timings import Timings

ATTEMPT_SECONDS = Timings().restore_targets_function_seconds
"""How long one attempt to restore waits for a mapping."""
RETRIED = frozenset({
    "ResourceInUseException", "ResourceConflictException", "TooManyRequestsException",
    "ResourceNotFoundException",
})  # fmt: skip
"""The refusals with which Snapback tries again, or finds that the mapping is gone."""
OWNER_TAG = "aws:cloudformation:stack-name"


def times(seen: MappingLives) -> Answer:
    """Pass if every transition is over within one attempt to restore."""
    if not seen.stays:
        return answer(False, "no mapping was seen in a transition")  # noqa: FBT003
    slow = [each for each in seen.stays if each.seconds > ATTEMPT_SECONDS]
    told = ", ".join(f"{each.source} {each.state} {each.seconds:.1f} s" for each in seen.stays)
    return answer(not slow, f"{told}; an attempt to restore waits {ATTEMPT_SECONDS} s")


def in_use(seen: MappingLives) -> Answer:
    """Pass if every change during a transition was accepted, or refused with a code that is retried."""
    if not seen.replies:
        return not_applicable("no change was sent in time: every transition was over at once")
    return answer(_all_retried(seen.replies), _told(seen.replies))


def during_deleting(seen: Recreation) -> Answer:
    """Pass if a Create while the old mapping is Deleting is answered in a way that is retried."""
    asked = [each for each in seen.replies if each.state == "Deleting"]
    if not asked:
        return not_applicable("the mapping was never seen Deleting")
    named = any(each.code and seen.old_uuid in each.message for each in asked)
    which = "the old UUID is named" if named else "the old UUID is not named"
    return answer(_all_retried(asked), f"{_told(asked)}; {which}")


def on_the_wire(seen: Wire) -> Answer:
    """Pass if Snapback refuses no mapping for a member that the SDK does not know."""
    beside = ", ".join(seen.beside_the_model) or "none"
    told = f"members that the SDK's model lacks, in {seen.responses} responses: {beside}"
    if seen.refused:
        return answer(False, f"{told}; Snapback refuses {', '.join(seen.refused)}")  # noqa: FBT003
    return answer(seen.responses > 0, told)


def owned(seen: Managed) -> Answer:
    """Pass if the stack's tag is there and an experiment is refused for it."""
    shown = ", ".join(seen.tags) or "no aws: tag"
    refused = bool(seen.refused)
    return answer(
        OWNER_TAG in seen.tags and refused,
        f"ListTags shows {shown}; without allow_managed the experiment was "
        + (f"refused: {seen.refused}" if refused else "not refused"),
    )


def updated_afterwards(seen: Managed) -> Answer:
    """Pass if the mapping came back, has lost its tags, and its stack's update says that it is gone."""
    lost = ", ".join(seen.lost_tags) or "none"
    said = f"tags lost: {lost}; an update of the recreated mapping ended {seen.update}"
    told = said + (f": {seen.reason}" if seen.reason else "")
    return answer(seen.run.equal and OWNER_TAG in seen.lost_tags and "FAILED" in told, told)


def encrypted(seen: EncryptedFilters) -> Answer:
    """Pass if the mapping came back with its filters."""
    run = seen.run
    ended = run.status + (f" ({run.error})" if run.error else "")
    equal = "as before" if run.equal else "NOT as before"
    return answer(
        run.equal and 0 < run.targets == run.verified,
        f"the experiment {ended}; {run.verified} of {run.targets} verified, and {equal}",
    )


def unreadable(seen: EncryptedFilters) -> Answer:
    """Pass if a caller who may not decrypt is told so, and sees no filters."""
    error = "a FilterCriteriaError" if seen.error_shown else "no FilterCriteriaError"
    filters = "the filters" if seen.filters_shown else "no filters"
    return answer(seen.error_shown and not seen.filters_shown, f"it sees {error} and {filters}")


def _all_retried(replies: tuple[Reply, ...] | list[Reply]) -> bool:
    return all(not each.code or each.code in RETRIED for each in replies)


def _told(replies: tuple[Reply, ...] | list[Reply]) -> str:
    counted: dict[str, int] = {}
    for each in replies:
        said = f"{each.call} while {each.state}: {each.code or 'accepted'}"
        counted[said] = counted.get(said, 0) + 1
    return ", ".join(f"{said} ({count} times)" for said, count in counted.items())


ROWS = (
    Row(
        what="How long real mappings stay `Creating` and `Deleting`, and when they answer "
        "`ResourceInUseException`",
        why="the lab's transitions take about a second",
        stands_in="the simulation lets them take any time",
        checks=(
            Check(
                "mapping-times",
                "Create and delete mappings, and read their states twice a second until they are "
                "Enabled or gone.",
                MappingLives,
                times,
            ),
            Check(
                "mapping-in-use",
                "Update and delete mappings while they are in transition.",
                MappingLives,
                in_use,
            ),
        ),
    ),
    Row(
        what="Create while the old mapping is `Deleting`: whether it answers 409 with the old UUID",
        why="the lab does not model it",
        stands_in="either answer leads to the same retry",
        checks=(
            Check(
                "create-during-deleting",
                "Delete a mapping, and create it again and again until that is accepted.",
                Recreation,
                during_deleting,
            ),
        ),
    ),
    Row(
        what="How far a list of mappings lags behind, and whether it ever shows settings that were "
        "changed meanwhile",
        why="the lab's lists do not lag behind",
        stands_in="in the simulation and the crash matrix lists show what there is as it was "
        "before; settings that someone changes seconds before a capture may be captured as they were",
        unanswerable="a lag that is not seen is no bound",
    ),
    Row(
        what="Whether Lambda answers `PartialBatchResponse`, which its SDK does not know, and with "
        "which value",
        why="the lab answers only what it knows",
        stands_in="null and false are ignored; true is refused like any unknown setting; the crash "
        "matrix answers false throughout",
        checks=(
            Check(
                "wire-members",
                "Read every mapping of the workload, and hold each raw response against the model.",
                Wire,
                on_the_wire,
            ),
        ),
    ),
    Row(
        what="Which defaults a new mapping shows that its owner's older one does not",
        why="the lab's mappings are all new",
        stands_in="the defaults of AWS's documentation, held against a mapping that is found; one "
        "that we made is never judged by them",
        unanswerable="the kit's mappings are all new as well; it would take one that was made "
        "before AWS added a setting",
    ),
    Row(
        what="That Lambda names function and source in the encryption context of filter criteria "
        "in every call that Snapback makes",
        why="the lab encrypts nothing",
        stands_in="AWS's documentation and its example of CloudTrail; without it the mapping is "
        "refused before anything is touched",
        checks=(
            Check(
                "encrypted-filters",
                "Break and restore a mapping whose filters are encrypted.",
                EncryptedFilters,
                encrypted,
            ),
        ),
    ),
    Row(
        what="That a mapping whose encrypted filters cannot be read always has a "
        "`FilterCriteriaError`, so that one without an error has no filters",
        why="the lab encrypts no filters",
        stands_in="AWS's documentation speaks of missing filters only in lists; the plan warns",
        checks=(
            Check(
                "unreadable-filters",
                "Read that mapping as a role that may not decrypt.",
                EncryptedFilters,
                unreadable,
            ),
        ),
    ),
    Row(
        what="CloudFormation's reaction to a recreated mapping",
        why="the lab sets no `aws:` tags",
        stands_in="mappings with those tags are refused unless `allow_managed`",
        checks=(
            Check(
                "managed-refused",
                "Start an experiment on a mapping that a stack owns.",
                Managed,
                owned,
            ),
            Check(
                "managed-recreated",
                "Recreate that mapping with allow_managed, then update it through its stack.",
                Managed,
                updated_afterwards,
            ),
        ),
    ),
)
