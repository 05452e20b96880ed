"""Game-day plans: read from `gamedays/` and checked at synth, before anything is deployed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import ROOT
from infra.refusal import Refusal
from snapback.validate.request import parse

FOLDER = ROOT / "gamedays"
KEYS = {"name", "description", "schedule", "enabled", "experiments"}

_SCHEDULE = re.compile(r"(rate|cron)\(.+\)")


@dataclass(frozen=True, slots=True)
class Plan:
    """A list of experiments, each as the input of the experiment machine."""

    name: str
    experiments: tuple[Mapping[str, Any], ...]
    schedule: str | None
    enabled: bool


def load_all(folder: Path = FOLDER) -> tuple[Plan, ...]:
    """Every plan of a folder; raises Refusal with all problems of all plans at once."""
    documents = {path: _document(path) for path in sorted(folder.glob("*.json"))}
    problems = [
        f"gamedays/{path.name}: {problem}"
        for path, document in documents.items()
        for problem in _problems(document, path.stem)
    ]
    if problems:
        raise Refusal("\n".join(problems))
    return tuple(_plan(document) for document in documents.values())


def _document(path: Path) -> object:
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise Refusal(f"gamedays/{path.name}: not JSON: {error}") from error


def _plan(document: Any) -> Plan:
    return Plan(
        name=document["name"],
        experiments=tuple(document["experiments"]),
        schedule=document.get("schedule"),
        enabled=document.get("enabled", True),
    )


def _problems(document: object, stem: str) -> list[str]:
    if not isinstance(document, dict):
        return ["a plan is a JSON object"]
    problems = [f"{key}: unknown key" for key in sorted(set(document) - KEYS)]
    if document.get("name") != stem or not re.fullmatch(r"[a-z][a-z0-9-]*", stem):
        problems.append(f"name: give {stem!r} as in the file's name, of a-z, 0-9 and hyphens")
    if not isinstance(document.get("enabled", True), bool):
        problems.append("enabled: give true or false")
    experiments = document.get("experiments")
    if not isinstance(experiments, list) or not experiments:
        return [*problems, "experiments: give a list of at least one experiment"]
    problems += _schedule_problems(document.get("schedule"), len(experiments))
    for number, experiment in enumerate(experiments, start=1):
        problems += [f"experiment {number}: {problem}" for problem in parse(experiment).problems]
    return problems


def _schedule_problems(schedule: object, experiments: int) -> list[str]:
    if schedule is None:
        return []
    if not isinstance(schedule, str) or not _SCHEDULE.fullmatch(schedule):
        return ["schedule: give rate(1 day) or cron(0 9 ? * MON-FRI *), or leave it out"]
    if experiments > 1:
        return ["schedule: only a plan of one experiment can be scheduled; split the plan"]
    return []
