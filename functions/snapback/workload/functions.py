"""A function: its name, its ARN and whether it is at rest."""

from snapback.model.effects import Call, Document

NOT_FOUND = ("ResourceNotFoundException",)
"""What Lambda answers of a function, a mapping or a tagged thing that does not exist."""

_TO_ACTIVE = {
    "Inactive": "invoke it, and wait until it is Active",
    "Failed": "fix what its StateReason names, and update it",
}
"""The way out of the states that waiting does not end."""


def get_function(name: str) -> Call:
    """The function with its configuration."""
    return Call("lambda", "GetFunction", {"FunctionName": name}, gone=NOT_FOUND)


def get_tags(function_arn: str) -> Call:
    """The tags of a function: its versions and aliases have none."""
    return Call("lambda", "ListTags", {"Resource": unqualified(function_arn)}, gone=NOT_FOUND)


def opted_in(described: Document, tag: str) -> bool:
    """Whether a function or a queue, by the `Tags` in an answer about it, permits experiments."""
    return bool(described.get("Tags", {}).get(tag) == "true")


def unqualified(function_arn: str) -> str:
    """A function's ARN without its version or alias."""
    return ":".join(function_arn.split(":")[:7])


def bare_name(function_name: str) -> str:
    """A function's name, from its name, its ARN or a part of it, with or without a qualifier."""
    parts = function_name.split(":")
    return parts[parts.index("function") + 1] if "function" in parts[:-1] else parts[0]


def at_work(configuration: Document) -> str:
    """Why nothing about this function should be changed now, or an empty string."""
    state = configuration.get("State", "Active")
    if state != "Active":
        return f"is {state}; {_TO_ACTIVE.get(state, 'wait until it is Active')}"
    if configuration.get("LastUpdateStatus") == "InProgress":
        return "is being updated; wait until its last update is over"
    return ""
