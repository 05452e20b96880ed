"""A message to the people who subscribed to the topic."""

from collections.abc import Iterable

from snapback.model.effects import Call

LONGEST_SUBJECT = 99
"""SNS refuses more characters, line breaks, and what is not ASCII."""

LONGEST_MESSAGE = 60_000
"""SNS takes 262,144 bytes, and a character has at most four."""


def message(topic_arn: str, subject: str, lines: Iterable[str]) -> Call:
    """The request that publishes it, cut to what SNS takes."""
    line = " ".join(subject.split()).encode("ascii", "replace").decode()
    params = {
        "TopicArn": topic_arn,
        "Subject": line[:LONGEST_SUBJECT],
        "Message": "\n".join(lines)[:LONGEST_MESSAGE],
    }
    return Call("sns", "Publish", params, at_home=True, changes=True)
