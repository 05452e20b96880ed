"""The command with which a person puts a mapping back."""

import json

from snapback.faults.mappings.captured import captured, elsewhere, encrypted
from snapback.model.records import Target


def command(target: Target, verb: str) -> str:
    """A command of the AWS CLI with the recorded request, quoted for a shell.

    Encrypted filter criteria are to be filled in: as it stands, the AWS CLI refuses the command.
    """
    hidden = {"FilterCriteria": elsewhere(target)} if encrypted(target.undo) else {}
    request = json.dumps({**target.undo, **hidden}).replace("'", "'\\''")
    region = captured(target).config["FunctionArn"].split(":")[3]
    return f"aws lambda {verb}-event-source-mapping --region {region} --cli-input-json '{request}'"
