"""Values whose docstrings are the reference of the input, and what their fields must hold to.

Pydantic reads both, and validation alone needs it: nothing here imports it.
"""

from collections.abc import Callable
from typing import Any, ClassVar


class Documented:
    """A part of the input: pydantic refuses unknown keys and reads the text under each field."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }


class Limits:
    """The bounds of a number (`ge`, `le`) or of a length (`min_length`, `max_length`)."""

    def __init__(self, **bounds: int) -> None:
        """Both ends are permitted; the names are those of pydantic-core."""
        self.bounds = bounds

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        """The schema of the value, with its bounds."""
        return {**handler(source), **self.bounds}


class Holds:
    """What a function has to say of a value: that it is True."""

    def __init__(self, of: Callable[[Any], bool]) -> None:
        """Refuse the values for which the function answers False."""
        self.of = of

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        """The schema of the value, which the function sees after all else."""
        seen = {"type": "no-info", "function": self._seen}
        return {"type": "function-after", "function": seen, "schema": handler(source)}

    def _seen(self, value: Any) -> Any:
        if self.of(value):
            return value
        raise ValueError("it does not hold")
