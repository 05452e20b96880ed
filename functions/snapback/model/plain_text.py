"""Text from outside without what would steer a terminal or turn around the words beside it."""

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_REMOVED = dict.fromkeys({*_CONTROLS, *_BIDI} - {ord("\n"), ord("\t")})


def plain(text: str) -> str:
    """The text without control characters, but for line breaks and tabs, and without bidi controls."""
    return text.translate(_REMOVED)
