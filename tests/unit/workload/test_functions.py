import pytest

from snapback.workload.functions import bare_name


@pytest.mark.parametrize(
    "name",
    [
        "orders",
        "orders:live",
        "123456789012:function:orders",
        "arn:aws:lambda:eu-west-1:123456789012:function:orders",
        "arn:aws:lambda:eu-west-1:123456789012:function:orders:7",
    ],
)
def test_metrics_are_found_under_the_bare_name(name: str) -> None:
    assert bare_name(name) == "orders"
