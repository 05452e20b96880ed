"""Values whose docstrings are the reference of the input."""

from typing import Any, ClassVar


class Documented:
    """A part of the input: pydantic refuses unknown keys and reads the text under each field.

    Its import needs no pydantic.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }
