"""The document, its verdict in one line, and two of them compared."""

from __future__ import annotations

import json

from prove.check import Verdict
from prove.evidence import Limits
from prove.proof import changes, counts, held, verdict
from prove.registry import CHECKS
from tests.unit.prove.proofs import BAD_STOPS, proof
from tests.unit.prove.samples import PASSES


def test_every_check_has_an_answer_in_the_document() -> None:
    assert [each["id"] for each in proof()["checks"]] == [each.id for each in CHECKS]


def test_a_document_is_json() -> None:
    made = proof(*PASSES.values())
    assert json.loads(json.dumps(made))["verdict"] == made["verdict"]


def test_it_holds_where_every_check_passed() -> None:
    made = proof(*PASSES.values())
    assert held(made)
    assert verdict(made).startswith("HELD on AWS: 35 pass, 3 not applicable")


def test_it_does_not_hold_where_one_failed() -> None:
    made = proof(*PASSES.values(), BAD_STOPS)
    assert not held(made)
    assert verdict(made).startswith("DID NOT HOLD on AWS: 34 pass, 1 fail")


def test_it_does_not_hold_where_it_was_stopped_or_something_is_left() -> None:
    stopped = proof(*PASSES.values(), stopped="it was told to stop (SIGINT)")
    assert not held(stopped)
    assert verdict(stopped).startswith("INCOMPLETE on AWS, it was told to stop (SIGINT)")
    left = proof(*PASSES.values(), left=("stack S",))
    assert not held(left)
    assert verdict(left).endswith("LEFT BEHIND: stack S")


def test_a_run_on_the_lab_says_that_it_proves_nothing_about_aws() -> None:
    made = proof(*PASSES.values(), on_lab=True)
    assert held(made)
    assert "proves nothing about AWS" in verdict(made)
    assert counts(made)[Verdict.NEEDS_AWS] > counts(made)[Verdict.PASS] > 0


def test_two_proofs_differ_where_an_answer_changed_in_either_direction() -> None:
    good, bad = proof(*PASSES.values()), proof(*PASSES.values(), BAD_STOPS)
    [worse] = changes(good, bad)
    [better] = changes(bad, good)
    assert (worse.id, worse.before, worse.after) == ("stops", "pass", "fail")
    assert (better.id, better.before, better.after) == ("stops", "fail", "pass")
    assert "never back" in worse.told()


def test_a_check_that_only_one_proof_has_is_a_change() -> None:
    old, new = proof(), proof()
    old["checks"] = [each for each in old["checks"] if each["id"] != "stops"]
    assert [each.before for each in changes(old, new)] == ["not asked"]
    assert [each.after for each in changes(new, old)] == ["not asked"]


def test_equal_proofs_do_not_differ() -> None:
    assert not list(changes(proof(), proof()))


def test_missing_evidence_says_why() -> None:
    made = proof(missing={Limits: "AccessDenied"}, ended_at=1.0)
    assert made["run"]["ended_at"] == 1.0
    bare = proof(BAD_STOPS, missing={Limits: "AccessDenied"})
    said = next(each["said"] for each in bare["checks"] if each["id"] == "concurrency")
    assert said == "no answer was obtained: AccessDenied"
