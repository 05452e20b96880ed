from snapback.model.source import Source
from snapback.workload.notes import notes
from snapback.workload.queues import MOST_SAMPLED
from tests.fakes.answers import answer

SERIES = {"throttles": [{"at": 120.0, "value": 5.0}]}


def test_a_report_notes_what_is_not_sampled_and_what_limits_the_drain() -> None:
    queues = [
        Source(f"arn:aws:sqs:r:1:q{number}", "sqs", active=True, concurrency=1)
        for number in range(MOST_SAMPLED + 1)
    ]
    limited = {"GetFunctionConcurrency": {"ReservedConcurrentExecutions": 5}}
    sampled, reserved, throttled = answer(notes("orders", queues, SERIES, 130.0), limited)
    assert f"only {MOST_SAMPLED} were sampled" in sampled
    assert "reserved concurrency of 5" in reserved
    assert "throttled orders 5 times" in throttled
