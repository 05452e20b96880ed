"""Guard: before the stack or its table goes, every open experiment is put back and closed."""

import time
from typing import Any

from aws_lambda_powertools import Logger

from aws.cloudformation import ANSWER_SECONDS, answered
from aws.invocation import Context, Invocation
from aws.table import open_experiments
from snapback.rescue.guarding import begin, end, guarded_table, refusal, refuse_new
from snapback.rescue.restoration import restore_target

logger = Logger()


@answered
def handler(event: dict[str, Any], context: Context) -> str:
    """`{RequestType, ResourceProperties: {TableName}, …}` → why it is refused, or an empty string."""
    table = guarded_table(event)
    if not table:
        return ""
    invocation = Invocation.of(context).with_table(table)
    settle = invocation.timings.guard_settle_seconds
    invocation.run(refuse_new(event, invocation.settings.kill_switch_parameter))
    while True:
        time.sleep(settle)
        found = open_experiments(table)
        turn = (invocation.seconds_left - ANSWER_SECONDS) / (len(found) + 1)
        still_open = [left for each in found if (left := _close(invocation, each, turn))]
        logger.info("experiments are closed", extra={"found": found, "still_open": still_open})
        late = invocation.seconds_left < ANSWER_SECONDS + 2 * settle
        if late or not still_open:
            return refusal(still_open)


def _close(invocation: Invocation, experiment_id: str, seconds: float) -> str:
    """Give one experiment so much time to be restored; answers what is left of it.

    What goes wrong with one is told of it, and keeps nothing from the others.
    """
    attempt, now = invocation.attempt(), invocation.now
    begun = invocation.run_all([begin(experiment_id, invocation.timings, now)])[0]
    if begun.result is None:
        return f"{experiment_id} ({begun.error or 'there was no time to begin'})"
    meta, targets = begun.result
    turn = invocation.on(meta.experiment).for_seconds(seconds)
    turn.run_all([restore_target(meta, target, attempt, now) for target in targets])
    ended = invocation.run_all([end(meta, now)])[0]
    if ended.result is None:
        return f"{experiment_id} ({ended.error or 'there was no time to close it'})"
    return ended.result
