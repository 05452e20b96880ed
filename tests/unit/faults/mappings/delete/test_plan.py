"""The plan of a delete says what is done, where the new mapping starts, and what is lost."""

from snapback.faults.mappings.delete.plan import describe
from snapback.faults.mappings.mapping import create_request
from tests.fakes.answers import answer
from tests.unit.faults.mappings.delete.account import TAGS, target
from tests.unit.samples import CONFIGS, UUID

OLDEST = {"StartingPosition": "TRIM_HORIZON"}


def test_a_plan_is_told_in_sentences() -> None:
    sentences = answer(describe(target(CONFIGS["dynamodb"]), now=1000.0), {})
    assert sentences[0].startswith(f"Delete event source mapping {UUID} (")
    assert any("exactly this request: {" in each for each in sentences)
    assert any("TRIM_HORIZON" in each for each in sentences)
    assert "its UUID" in sentences[-1]
    assert "aws:cloudformation:stack-name" in sentences[-1]


def test_a_plan_says_why_so_much_of_a_stream_is_read_again() -> None:
    undo = {**create_request(CONFIGS["kinesis"], TAGS), **OLDEST}
    early = target(CONFIGS["kinesis"], because="nothing tells how far it is", undo=undo)
    plan = answer(describe(early, now=1000.0), {})
    assert "Every record still in the stream is handled again." in plan
    [why] = [said for said in plan if said.startswith("Nothing tells how far it is: it starts at")]
    assert "disable-mappings" in why
