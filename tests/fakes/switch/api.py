"""The requests that a switch takes."""

from snapback.model.effects import Call

FAULT = "flip-switch"
DIM, OFF = "dim", "off"
BROKEN = (DIM, OFF)
"""What each stage sets a switch to."""

ENDS_AT = 9_000.0
"""When the fault ends by itself."""

GET, GET_VERSION, SET = "GetSwitch", "GetSwitchVersion", "SetSwitch"


def get(name: str) -> Call:
    """`{version, value, settled}`; the value is what it is now."""
    return Call("switches", GET, {"Name": name})


def get_version(name: str, version: int) -> Call:
    """`{value}`, which it was set to at a version."""
    return Call("switches", GET_VERSION, {"Name": name, "Version": version})


def put(name: str, value: str, until: float = 0) -> Call:
    """Set it, as its next version."""
    params = {"Name": name, "Value": value, "Until": until}
    return Call("switches", SET, params, changes=True)
