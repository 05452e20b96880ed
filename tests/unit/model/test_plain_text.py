import pytest

from snapback.model.plain_text import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\tand größe 日本 😀", "two\nlines\tand größe 日本 😀"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07", "]0;title"),
        ("\x9b2J", "2J"),
        ("a\rb\x00c\x7fd", "abcd"),
        ("user\u202egnp.exe\u2066\u2069", "usergnp.exe"),
        ("\u200fright\u061c", "right"),
    ],
)
def test_what_steers_a_terminal_or_turns_words_around_is_removed(text: str, shown: str) -> None:
    assert plain(text) == shown
