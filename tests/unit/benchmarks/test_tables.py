"""Numbers as they stand in tables."""

import pytest

from benchmarks.tables import amount, each_costs, money, table


def test_words_stand_at_the_left_and_numbers_at_the_right() -> None:
    assert table(("way", "calls", "away"), [("a script", 1234, None)]) == (
        "| way | calls | away |\n| --- | ---: | ---: |\n| a script | 1,234 | - |\n"
    )


@pytest.mark.parametrize(
    ("dollars", "shown"),
    [(1234.5, "$1,234.50"), (0.0123, "$0.0123"), (0.00001, "<$0.0001")],
)
def test_little_money_is_not_shown_as_none(dollars: float, shown: str) -> None:
    assert money(dollars) == shown


def test_prices_and_amounts_are_no_powers_of_ten() -> None:
    assert (each_costs(0.20 / 1e6), each_costs(3)) == ("0.0000002", "3")
    assert (amount(31_388.4), amount(0.00123)) == ("31,388", "0.00123")
