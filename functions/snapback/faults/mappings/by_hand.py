"""The command with which a person puts a mapping back."""

import json

from snapback.model.records import Target


def command(target: Target, verb: str) -> str:
    """The AWS CLI's, with the recorded request, safe to paste into a shell."""
    request = json.dumps(target.undo).replace("'", "'\\''")
    region = target.snapshot.document["config"]["FunctionArn"].split(":")[3]
    return f"aws lambda {verb}-event-source-mapping --region {region} --cli-input-json '{request}'"
