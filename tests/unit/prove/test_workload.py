"""The mappings of the workload, each on a function that suits what is asked of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from prove import gather
from prove.gather.workload import _wanted
from tests.unit.prove.worlds import world


class Named(defaultdict[str, str]):
    """Outputs of which each is called as its name."""

    def __missing__(self, name: str) -> str:
        """The name."""
        return name


def wanted() -> list[dict[str, Any]]:
    return _wanted(replace(world(), workload=Named()))


def test_a_role_is_tried_on_a_mapping_that_no_experiment_touches() -> None:
    [tried] = [each for each in wanted() if each["FunctionName"] == "BystanderName"]
    assert tried["EventSourceArn"] == "BystanderQueueArn"
    gathering = Path(gather.__path__[0])
    users = [each.name for each in gathering.glob("*.py") if "BystanderName" in each.read_text()]
    assert sorted(users) == ["decisions.py", "workload.py"]


def test_no_function_reads_two_streams_whose_iterator_age_would_be_one() -> None:
    readers = Counter(each["FunctionName"] for each in wanted() if "StartingPosition" in each)
    assert readers
    assert set(readers.values()) == {1}
