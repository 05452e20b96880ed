"""Game-day plans are read, and refused with every problem at once."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.plans import load_all
from infra.refusal import Refusal

EXPERIMENT = {"function_name": "orders", "event_uuids": "all"}
PLAN = {"name": "plan", "schedule": "rate(1 day)", "experiments": [EXPERIMENT]}


def _write(folder: Path, document: Any, name: str = "plan") -> None:
    (folder / f"{name}.json").write_text(json.dumps(document))


def test_a_plan_is_enabled_unless_it_says_otherwise(tmp_path: Path) -> None:
    _write(tmp_path, PLAN)
    (plan,) = load_all(tmp_path)
    assert (plan.name, plan.schedule, plan.enabled) == ("plan", "rate(1 day)", True)
    assert plan.experiments == (EXPERIMENT,)


def test_a_plan_without_a_schedule_may_have_several_experiments(tmp_path: Path) -> None:
    _write(tmp_path, {"name": "plan", "experiments": [EXPERIMENT, EXPERIMENT]})
    (plan,) = load_all(tmp_path)
    assert plan.schedule is None


def test_the_plans_of_this_repository_are_valid() -> None:
    assert load_all()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "other"}, "name: give 'plan'"),
        ({"shedule": "rate(1 day)"}, "shedule: unknown key"),
        ({"schedule": "daily"}, "schedule: give rate"),
        ({"enabled": "no"}, "enabled: give true or false"),
        ({"experiments": []}, "experiments: give a list"),
        ({"experiments": [EXPERIMENT, EXPERIMENT]}, "only a plan of one experiment"),
        ({"experiments": [{**EXPERIMENT, "cycles": 0}]}, "experiment 1: cycles: 0 is refused"),
        (
            {"experiments": [{**EXPERIMENT, "fault": "disable-mappings", "resume": "original"}]},
            "experiment 1: resume: disable-mappings has no such key, only delete-mappings",
        ),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused_by_field(
    tmp_path: Path, change: dict[str, Any], problem: str
) -> None:
    _write(tmp_path, PLAN | change)
    with pytest.raises(Refusal, match=problem):
        load_all(tmp_path)


def test_all_problems_of_all_plans_are_told_at_once(tmp_path: Path) -> None:
    _write(tmp_path, {**PLAN, "schedule": "daily", "enabled": 1})
    _write(tmp_path, [], name="second")
    with pytest.raises(Refusal) as refused:
        load_all(tmp_path)
    assert len(str(refused.value).splitlines()) == 3


def test_a_plan_that_is_not_json_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(Refusal, match=r"gamedays/broken.json: not JSON"):
        load_all(tmp_path)
