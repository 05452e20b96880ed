"""Is the function that a mapping feeds there, and at rest?"""

from snapback.faults.mappings.proofs.subject import problem
from snapback.model.effects import Document, Step
from snapback.model.findings import NOTHING, Findings
from snapback.workload.functions import at_work, get_function


def look_up(config: Document, known: Document) -> Step[tuple[Document, Findings]]:
    """The configuration of a mapping's function (empty if it is gone), and what is wrong with it.

    A mapping outlives its function and its alias: it stays Enabled, and cannot be made again.
    `known` is the configuration of the experiment's own function, which is proved already.
    """
    arn, uuid = config["FunctionArn"], config["UUID"]
    if known.get("FunctionArn") == arn:
        return known, NOTHING
    answer = yield from get_function(arn)
    if answer.gone:
        way_out = "make that version or alias again, or leave the mapping out"
        return {}, problem(uuid, f"feeds {arn}, which does not exist; {way_out}")
    if not answer.done:
        return {}, problem(uuid, f"feeds {arn}, which cannot be read ({answer})")
    found = answer.body["Configuration"]
    if reason := at_work(found):
        return found, problem(uuid, f"feeds {arn}, which {reason}")
    return found, NOTHING
