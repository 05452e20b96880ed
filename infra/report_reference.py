"""The page docs/report.md: every part of a report, in the order in which the code writes it."""

from snapback.model.experiment import Experiment
from snapback.model.records import Meta
from snapback.report.document import build

_INTRODUCTION = """\
# The report

An experiment leaves `report.json` behind: in the stack's reports bucket as
`EXPERIMENT_ID/report.json`, as the execution's output (as far as it fits; `left_out` names what did
not), and in `out/` after `make demo`. `report.html` beside it says the same for people, in one file
that needs no network and no script.

Times are epoch seconds. Within one `version` members are added, never renamed or removed.
`make docs` writes this page from `infra/report_reference.py`, whose list a test holds against the
code.

| member | meaning |
|---|---|
"""

PARTS = {
    "version": "`1`",
    "experiment_id": "the execution's name",
    "execution_arn": "the execution",
    "status": "`held`, `deviated`, `unknown` or `failed`; see [expectations](expectations.md)",
    "failure": "`{Error, Cause}` of the error that failed the execution, or null",
    "ended_early": "why the window ended before its time, or an empty string",
    "experiment": "the input with its defaults",
    "warnings": "what validation found worth knowing, as sentences",
    "notes": "what limits how fast a backlog drains, what could not be read, and what Snapback cannot know, as "
    "sentences",
    "started_at": "when the targets were captured",
    "finished_at": "when the report was made",
    "windows": "a list with one `{begins_at, ends_at}` for each cycle: from the first change to the last restore",
    "expectations": "a list of `{type, expected, verdict, reason, figures}`",
    "counts": "`{targets, verified, …}` and how many targets have each status",
    "targets": "a list of `{title, name, key, status, broken_at, injected_at, in_force_at, restored_at, reason, "
    "verification, by_hand, earlier_cycles}` and what the fault adds: `facts` in words as `[{name, value}]`, "
    "and of a mapping `{source, source_arn, old_uuid, new_uuid, resumes_at, handled_again}`; `verification` "
    "is `{equal, fields, differences, position, lost_tags, unknown}`",
    "samples": "a list of `{at, phase, states, queues, dead_letters, destinations, alarms, probes}`; "
    "states by the key of the target, queues as `{visible, in_flight, delayed}`, alarms as `{state, "
    "since}`, probes as `{status, seconds, error}`",
    "series": "CloudWatch's metrics, one value a minute: `{name: [{at, value}]}`",
    "letters": "what Lambda sent to on-failure destinations about the function: `{arn: {conditions, records, "
    "errors, most_invokes, others, complete}}` or `{arn: {problem}}`; `records` by condition",
    "repair": "what is left for people to do, with a `summary`: how to tell infrastructure as code of the new "
    "UUIDs",
}
ADDED = {
    "links": "only in the output: `{page, json, console}`; empty if they could not be stored",
    "left_out": "only in the output: the members that did not fit",
    "workload": "only of the demonstration: `{source: {written, handled, twice_or_more, lost}}`",
    "backlog": "only of the demonstration: `{source: [{at, value}]}`, written and not handled yet",
}


def report_page() -> str:
    """The introduction and the table."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in {**PARTS, **ADDED}.items()]
    return _INTRODUCTION + "\n".join(rows) + "\n"


def parts_of_a_report() -> list[str]:
    """The members that the code writes."""
    meta = Meta("id", "closed", "arn", Experiment(function_name="orders"), 0)
    return list(build(meta, [], [], {}, None))
