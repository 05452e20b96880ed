"""Why an execution cannot be watched, in one line that says what to do; pure."""

from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

_SUGGESTIONS = {
    "ExecutionDoesNotExist": "check its name; `aws stepfunctions list-executions` lists them",
    "InvalidArn": "give the name or the ARN of an execution",
    "ValidationError": "give the stack's name with --stack, and check the Region",
    "ExpiredToken": "log in to AWS again",
    "ExpiredTokenException": "log in to AWS again",
    "AccessDenied": "use credentials that may read the stack, the execution and the table",
    "AccessDeniedException": "use credentials that may read the stack, the execution and the table",
}


def explained(error: Exception) -> str:
    """What AWS or the SDK said, and the way out where it is known."""
    if isinstance(error, NoRegionError | NoCredentialsError):
        said = str(error).rstrip(".")
        return f"{said}: set up the AWS SDK, or start a lab here with `make lab`"
    if not isinstance(error, ClientError):
        return str(error)
    details = error.response.get("Error", {})
    said = str(details.get("Message") or details.get("Code") or error).strip().rstrip(".")
    suggestion = _SUGGESTIONS.get(str(details.get("Code")))
    return f"{said}: {suggestion}" if suggestion else said
