from dataclasses import replace

from tests.mutants.every import mutants
from tests.mutants.session import Outcome, Result
from tests.mutants.source import Source
from tests.mutants.tally import conclusion, document, share, table
from tests.mutants.tiers import Chosen


def result(outcome: Outcome, path: str = "functions/shop/price.py") -> Result:
    return Result(mutants(Source(path, b"x = a < b"))[0], outcome)


def test_the_share_is_of_what_can_be_killed() -> None:
    assert share([result("killed"), result("timed out"), result("survived")]) == 2 / 3
    assert share([result("killed"), result("equivalent")]) == 1
    assert share([result("equivalent")]) is None


def test_the_table_has_a_line_for_each_room_and_one_for_all() -> None:
    found = [result("killed"), result("survived"), result("equivalent", "functions/sweep.py")]
    assert [line.split() for line in table(found).splitlines()] == [
        ["killed", "timed", "out", "survived", "equivalent", "share"],
        ["functions", "0", "0", "0", "1", "-"],
        ["functions/shop", "1", "0", "1", "0", "50%"],
        ["total", "1", "0", "1", "1", "50%"],
    ]


def test_survivors_and_equivalents_are_named() -> None:
    told = conclusion(
        [result("killed"), result("equivalent"), result("survived")], seed=7, possible=9, drawn=4
    ).splitlines()
    assert told[1:3] == [
        "survived: functions/shop/price.py:1: x = a < b → x = a <= b",
        "equivalent: functions/shop/price.py:1: x = a < b → x = a <= b",
    ]
    assert told[-1] == "3 of 4 mutants are judged, drawn from 9 by seed 7"


def test_a_survivor_that_has_not_met_all_tests_says_so() -> None:
    early = replace(result("survived"), unmet=(Chosen("workflow", ("a", "b"), 20),))
    told = conclusion([early], seed=7, possible=9, drawn=1)
    assert "x = a <= b (2 tests had no time to meet it)" in told
    assert document([early])["mutants"][0]["unmet"] == ["a", "b"]


def test_the_document_holds_every_mutant() -> None:
    found = document([result("killed"), result("survived")], seed=7)
    assert found["seed"] == 7
    assert found["share"] == 0.5
    assert [each["outcome"] for each in found["mutants"]] == ["killed", "survived"]
    assert found["mutants"][1]["after"] == "x = a <= b"
