"""Runs pytest and writes down which lines of the shipped code each test runs: a script of its own.

    python -P tracer.py SHIPPED_FOLDER RESULT.json [pytest's arguments]

Lines that run while a module is imported, or in a fixture that several tests share, are `shared`:
every test of the run may depend on them.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

TOOL = sys.monitoring.COVERAGE_ID
SHARED = ""


class Tracer:
    """`lines[test][module]`, `seconds[test]`, and which tests start a process that nobody watches."""

    def __init__(self, project: Path, shipped: Path) -> None:
        self.project = f"{project}/"
        self.shipped = f"{shipped}/"
        self.test = SHARED
        self.lines: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.seconds: dict[str, float] = {}
        self.starting: set[str] = set()
        self.opened: set[str] = set()

    def line(self, code: CodeType, number: int) -> object:
        """A line runs: once a test is enough."""
        if code.co_filename.startswith(self.shipped):
            test = self.test if code.co_flags & CO_OPTIMIZED else SHARED
            self.lines[test][code.co_filename.removeprefix(self.project)].add(number)
        return sys.monitoring.DISABLE

    def event(self, name: str, values: tuple[Any, ...]) -> None:
        """A file of the project is opened, or a process started."""
        if name == "open" and isinstance(values[0], str) and values[0].startswith(self.project):
            path = values[0].removeprefix(self.project)
            if "__pycache__" not in path:
                self.opened.add(path)
        elif name == "subprocess.Popen":
            self.starting.add(self.test)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """From a test's first fixture to its last."""
        began = time.monotonic()
        self._watch(item.nodeid)
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.monotonic() - began
            self._watch(SHARED)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """What is set up for several tests is not of the first one alone."""
        test = self.test
        self._watch(test if fixturedef.scope == "function" else SHARED)
        try:
            return (yield)
        finally:
            self._watch(test)

    def _watch(self, test: str) -> None:
        if test != self.test:
            self.test = test
            sys.monitoring.restart_events()

    def _files(self) -> set[str]:
        """The project's files that were opened, or loaded as they were compiled before."""
        loaded = {str(getattr(each, "__file__", "")) for each in sys.modules.values()}
        of_project = {each for each in loaded if each.startswith(self.project)}
        return self.opened | {each.removeprefix(self.project) for each in of_project}

    def found(self) -> dict[str, Any]:
        """Everything, of JSON types."""
        lines = {
            test: {path: sorted(numbers) for path, numbers in of.items()}
            for test, of in self.lines.items()
        }
        return {
            "shared": lines.pop(SHARED, {}),
            "tests": [
                {
                    "name": test,
                    "seconds": round(seconds, 3),
                    "lines": lines.get(test, {}),
                    "starts_processes": test in self.starting,
                }
                for test, seconds in self.seconds.items()
            ],
            "opened": sorted(self._files()),
        }


def main(shipped: str, result: str, *arguments: str) -> int:
    """Run pytest; its exit code."""
    tracer = Tracer(Path.cwd(), Path.cwd() / shipped)
    sys.addaudithook(tracer.event)
    sys.monitoring.use_tool_id(TOOL, "mutants")
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, tracer.line)
    sys.monitoring.set_events(TOOL, sys.monitoring.events.LINE)
    code = pytest.main(list(arguments), plugins=[tracer])
    sys.monitoring.set_events(TOOL, 0)
    Path(result).write_text(json.dumps(tracer.found()))
    return int(code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
