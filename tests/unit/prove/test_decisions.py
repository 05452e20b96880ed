"""What a call's answer says of IAM."""

from __future__ import annotations

import pytest

from prove.gather.decisions import allowed


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("", True),
        ("AccessDeniedException", False),
        ("AccessDenied", False),
        ("InvalidParameterValueException", None),
        ("ResourceInUseException", None),
        ("TooManyRequestsException", None),
    ],
)
def test_only_an_accepted_call_and_a_denial_tell(code: str, word: object) -> None:
    assert allowed(code) is word
