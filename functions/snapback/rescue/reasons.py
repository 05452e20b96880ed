"""The reasons that people give: they are stored, shown and mailed."""

LONGEST = 500


def problem(field: str, value: object) -> str:
    """What is wrong with a reason that someone gives, or an empty string: it is stored and shown."""
    if isinstance(value, str) and value.strip() and value == fitting(value):
        return ""
    given = repr(value)[:LONGEST]
    return (
        f"{field}: {given} is refused; give the reason in words, at most {LONGEST} "
        "characters on one line, without control characters"
    )


def fitting(text: str) -> str:
    """A text as a reason: on one line, without control characters, and no longer than is taken."""
    return "".join(each if each.isprintable() else " " for each in text)[:LONGEST]
