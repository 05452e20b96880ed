"""LocalEmu's schedules ignore EnableRule and DisableRule, and run twice after targets were put twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localemu.aws.api.events import RuleState
from localemu.services.events.rule import RuleService
from localemu.services.events.scheduler import JobScheduler


def install() -> None:
    """Make a schedule look at its rule each time it is due."""
    RuleService.create_schedule_job = schedule


def schedule(self: Any, send: Callable[..., None]) -> None:
    """Keep one job for the rule; it sends only while the rule is enabled."""

    def send_if_enabled(*_: Any) -> None:
        if self.rule.state != RuleState.DISABLED:
            send()

    scheduler = JobScheduler.instance()
    scheduler.cancel_job(getattr(self, "job_id", None))
    self.job_id = scheduler.add_job(send_if_enabled, self.schedule_cron, True)
