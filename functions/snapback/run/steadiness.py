"""The gate before the window: what is expected to hold must hold before anything is touched."""

from snapback.judge.alarms import down
from snapback.model import expectations
from snapback.model.effects import Document, Step
from snapback.model.errors import InvalidExperiment
from snapback.model.expectations import ProbeStaysUp
from snapback.model.experiment import Experiment
from snapback.run.observation import probes
from snapback.workload.alarms import alarms, unusable

MOST_PROBES = 4
"""A sample probes one endpoint after the other; that must not make the window much longer."""


def steadiness_problems(experiment: Experiment) -> Step[list[str]]:
    """Look at the alarms and endpoints that expectations name; one line per problem."""
    urls = expectations.urls(experiment.expect)
    if len(urls) > MOST_PROBES:
        return [f"expect: {len(urls)} endpoints are too many to probe; name at most {MOST_PROBES}"]
    names = [expectations.shown(url) for url in urls]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        return [
            f"expect: {twice} is probed with several queries, which no report can tell apart; give one"
        ]
    found = yield from alarms(expectations.alarms(experiment.expect))
    answered = yield from probes(experiment)
    return unsteady(experiment, found, answered)


def refuse_unsteady(experiment: Experiment, found: Document, answered: Document) -> None:
    """Raise InvalidExperiment with every reason why the state is not steady."""
    if problems := unsteady(experiment, found, answered):
        raise InvalidExperiment("\n".join(problems))


def unsteady(experiment: Experiment, found: Document, answered: Document) -> list[str]:
    """Why nothing may be touched now, by what was found of the alarms and endpoints."""
    problems = [
        f"expect: not steady: alarm {name!r} {reason}"
        for name in expectations.alarms(experiment.expect)
        if (reason := unusable(found.get(name)))
    ]
    problems += [
        f"expect: not steady: {url} is down ({reason}); wait until it is up, or give another"
        for each in experiment.expect
        if isinstance(each, ProbeStaysUp)
        and (reason := down(each, answered[url := expectations.shown(each.url)]))
    ]
    return problems
