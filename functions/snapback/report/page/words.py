"""The report's values in words, for people."""

import json
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from snapback.model.effects import Document

_BACK = "Everything was put back as it was"


def headline(report: Document) -> str:
    """The verdict in one sentence."""
    counts, failure = report["counts"], report["failure"]
    wrong = counts["targets"] - counts["verified"]
    if wrong and report["status"] == "unknown":
        return f"{wrong} of {_targets(counts)} could not be verified."
    if wrong:
        return f"{wrong} of {_targets(counts)} {'is' if wrong == 1 else 'are'} not as before."
    if failure:
        return f"{_BACK}, but the experiment failed: {failure['Error']}."
    return f"{_BACK}{_expected(report)}."


def _targets(counts: Mapping[str, int]) -> str:
    return f"{counts['targets']} target{'s' if counts['targets'] != 1 else ''}"


def _expected(report: Document) -> str:
    verdicts = [each["verdict"] for each in report["expectations"]]
    total = len(verdicts)
    if not verdicts:
        return ""
    of_all = f"{total} expectation{'s' if total != 1 else ''}"
    if deviated := verdicts.count("deviated"):
        return f", and {deviated} of {of_all} did not hold"
    if unknown := verdicts.count("unknown"):
        return f", and {unknown} of {of_all} could not be judged"
    return f", and {'the expectation' if total == 1 else f'all {of_all}'} held"


def moment(at: float) -> str:
    """A time of day, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "never"


def period(window: Mapping[str, float]) -> str:
    """From when to when, as times of day in UTC."""
    begins, ends = (datetime.fromtimestamp(window[each], UTC) for each in ("begins_at", "ends_at"))
    return f"{begins:%H:%M:%S} to {ends:%H:%M:%S} UTC"


def duration(seconds: float) -> str:
    """Seconds as a person would say them."""
    if seconds < 120:  # noqa: PLR2004  # two minutes
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def asked(expected: Document) -> str:
    """What an expectation asks for, as `name: value` pairs; what is left open is left out."""
    given = {name: value for name, value in expected.items() if value not in (None, {}, [])}
    return ", ".join(f"{name}: {_plain(value)}" for name, value in given.items())


def told(letters: Document) -> str:
    """What a destination was told, as `condition: records`, with the errors that were named."""
    if not letters["records"]:
        return "no records that were given up"
    errors = f" (errors: {asked(letters['errors'])})" if letters["errors"] else ""
    return f"records that were given up: {asked(letters['records'])}{errors}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def start_input(report: Document) -> str:
    """The input that starts the same experiment again, as JSON; unset keys are left out."""
    experiment = report["experiment"]
    given = {name: value for name, value in experiment.items() if value not in (None, [], False)}
    return json.dumps(given, indent=2)


def start_command(report: Document) -> str:
    """The command that starts the same experiment again."""
    machine = report["execution_arn"].replace(":execution:", ":stateMachine:").rpartition(":")[0]
    given = json.dumps(json.loads(start_input(report)), separators=(",", ":"))
    words = ["aws", "stepfunctions", "start-execution", "--state-machine-arn", machine]
    return f"{shlex.join(words)} \\\n  --input {shlex.quote(given)}"
