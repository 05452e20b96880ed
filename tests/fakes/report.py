"""A finished report of three sources, as the Report handler builds it and the lab adds to it."""

import copy
from typing import Any

from snapback.faults.mappings.mapping import STACK_TAG
from snapback.model.evidence import Span
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, Snapshot, Target
from snapback.report.document import Judgement, build

BEGAN = 1795229000.0
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/Items/stream/2026-01-01T00:00:00.000"
LETTERS = {
    f"{QUEUE}-failed": {
        "conditions": {"RetryAttemptsExhausted": 2},
        "records": {"RetryAttemptsExhausted": 17},
        "errors": {"Unhandled": 2},
        "most_invokes": 3,
        "others": 0,
        "complete": True,
    },
    f"{QUEUE}-moved": {"problem": f"destination {QUEUE}-moved has a redrive policy"},
}


def a_report() -> dict[str, Any]:
    """A report with something in every part of it."""
    experiment = Experiment.of(
        {
            "fault": "delete-mappings",
            "function_name": "orders",
            "event_uuids": "all",
            "total_chaos_duration": 20,
            "expect": [{"type": "backlog_grew", "at_least": 1}],
        }
    )
    meta = Meta(
        experiment_id="demo-1",
        status="restoring",
        execution_arn="arn:aws:states:eu-west-1:123456789012:execution:Experiment:demo-1",
        experiment=experiment,
        deadline=0,
        started_at=BEGAN - 6,
        warnings=("Every record still in the stream is handled once more.",),
    )
    position = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": int(BEGAN) - 300}
    targets = [
        _target(QUEUE, "61a1cff1-d35a-44b4-8181-79b44bb42486", 0.0, {}),
        _target(STREAM, "7a5d575a-e1ae-4233-809e-59fcab8a6dfd", 0.1, position),
        _target(
            TABLE,
            "c552f7ce-0eea-450f-af27-7c07db2fbc24",
            0.3,
            {"StartingPosition": "TRIM_HORIZON"},
        ),
    ]
    series = {
        "invocations": _points({-120: 52, -60: 61, 0: 7, 60: 88}),
        "errors": _points({60: 3}),
        "iterator_age_ms": _points({-60: 450, 0: 24_000}),
    }
    judgement = Judgement(
        finished_at=BEGAN + 48,
        windows=[Span(BEGAN, BEGAN + 24.3)],
        expectations=_expectations(),
        letters=LETTERS,
        notes=["orders has a reserved concurrency of 5."],
    )
    samples = [_sample(second) for second in range(-4, 48, 4)]
    report = build(meta, targets, samples, series, None, judgement)
    return copy.deepcopy(report) | {
        "backlog": {
            "kinesis": [_waiting(second, 5) for second in range(-4, 48, 2)],
            "dynamodb": [_waiting(second, 4) for second in range(-4, 48, 2)],
        },
        "workload": {
            source: {"written": 256, "handled": 256, "twice_or_more": twice, "lost": []}
            for source, twice in {"sqs": 0, "kinesis": 41, "dynamodb": 44}.items()
        },
    }


def stretched() -> dict[str, Any]:
    """A report that failed, with names and commands as long as they may be."""
    report = a_report()
    long, longer = "orders_" * 9, "a" * 300
    report["failure"] = {"Error": "TargetsNotRestored", "Cause": f"{long} {longer}\n" * 3}
    report["ended_early"] = longer
    report["warnings"] += [longer]
    report["experiment"]["function_name"] = f"{FUNCTION}-{long}"
    report["experiment_id"] = longer[:80]
    report["expectations"][0] |= {"reason": longer, "expected": {"alarm": longer}}
    report["workload"][long] = report["workload"].pop("sqs")
    report["repair"]["cloudformation"][0] |= {"stack": longer[:128], "steps": [longer]}
    report["repair"]["terraform"] = [longer]
    report["letters"][f"{QUEUE}-failed"]["records"] = {longer: 2}
    target = report["targets"][0]
    target |= {"title": f"Queue {long}", "by_hand": longer, "reason": longer}
    target["facts"] += [{"name": "Handled again", "value": longer}]
    target["verification"] |= {"equal": False, "differences": {long: {"before": longer}}}
    return report


def _expectations() -> list[dict[str, Any]]:
    judged = [
        ("backlog_grew", {"at_least": 1}, "held", "120 messages piled up"),
        ("drained_within", {"seconds": 5}, "deviated", "drained 11.2 s after the last restore"),
        (
            "probe_stays_up",
            {"url": "https://shop.example/health", "status": None},
            "unknown",
            "it was not probed after the first change",
        ),
    ]
    return [
        {"type": kind, "expected": expected, "verdict": verdict, "reason": reason, "figures": {}}
        for kind, expected, verdict, reason in judged
    ]


def _target(source: str, uuid: str, later: float, position: dict[str, Any]) -> Target:
    fields = ["BatchSize", "Enabled", "FilterCriteria", "State", "Tags"]
    config = {"UUID": uuid, "EventSourceArn": source, "BatchSize": 10}
    captured = {"config": config, "tags": {STACK_TAG: "orders"} if source == QUEUE else {}}
    return Target(
        experiment_id="demo-1",
        key=f"{source}|{FUNCTION}",
        status="restored",
        name=uuid,
        new_name=uuid[::-1],
        broken_at=BEGAN + later,
        injected_at=BEGAN + later - 0.3,
        in_force_at=BEGAN + later - 0.3,
        restored_at=BEGAN + 24 + later,
        verification={"equal": True, "fields": fields, "differences": {}, "lost_tags": []},
        snapshot=Snapshot(captured, position, captured),
    )


def _sample(second: int) -> dict[str, Any]:
    rising = 3 + 5 * max(0, second)
    visible = rising if second <= 24 else max(2, 123 - 14 * (second - 24))
    counts = {"visible": visible, "in_flight": 10 if second > 24 else 0, "delayed": 0}
    return {"at": BEGAN + second, "phase": "during", "states": {}, "queues": {QUEUE: counts}}


def _waiting(second: int, a_second: int) -> dict[str, float]:
    rising = a_second * max(0, second)
    value = rising if second <= 24 else max(0, a_second * 24 - 20 * (second - 24))
    return {"at": BEGAN + second, "value": value}


def _points(values: dict[int, float]) -> list[dict[str, float]]:
    first = BEGAN // 60 * 60
    return [{"at": first + second, "value": value} for second, value in values.items()]
