"""The larger searches are collected only where they are asked for."""

import pytest

from tests.simulation.searches import FULL


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    larger = [item for item in items if not FULL and item.get_closest_marker("full_simulation")]
    config.hook.pytest_deselected(items=larger)
    items[:] = [item for item in items if item not in larger]
