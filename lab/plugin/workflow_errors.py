"""LocalEmu refuses `States.*` errors that leave a Parallel or a Map, so that no Catch sees them."""

from localemu.services.stepfunctions.asl.component.common.error_name import custom_error_name


def install() -> None:
    """Let any error name through."""
    if custom_error_name.ILLEGAL_CUSTOM_ERROR_PREFIX != "States.":
        raise RuntimeError("localemu no longer refuses States.* errors the way this module expects")
    custom_error_name.ILLEGAL_CUSTOM_ERROR_PREFIX = "an error name never starts with this"
