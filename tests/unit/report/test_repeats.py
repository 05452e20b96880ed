"""What nobody but the function itself can know of records that were handled again is said."""

from typing import Any

import pytest

from snapback.report.repeats import repeats


@pytest.mark.parametrize(
    ("series", "back", "part"),
    [
        ({}, None, None),
        ({"invocations": []}, 130.0, "CloudWatch had no count of its invocations yet."),
        (
            {
                "invocations": [{"at": 60.0, "value": 9.0}, {"at": 120.0, "value": 5.0}],
                "errors": [{"at": 180.0, "value": 1.0}],
            },
            130.0,
            "it was invoked 5 times, with 1 errors.",
        ),
    ],
)
def test_what_cannot_be_known_of_duplicates_is_said(
    series: Any, back: float | None, part: str | None
) -> None:
    said = repeats(series, back)
    assert len(said) == (0 if part is None else 1)
    assert all("sees no records" in each and each.endswith(str(part)) for each in said)
