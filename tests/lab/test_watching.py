"""`make watch`, as a person runs it beside an experiment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from lab.emulator import ROOT
from lab.product import Product


def watch(product: Product, execution: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "watch", execution, "--seconds", "0.5"],
        cwd=ROOT,
        env={**os.environ, **product.lab.environment()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_watching_shows_an_experiment_to_its_end(
    product: Product, eventually: Callable[..., Any]
) -> None:
    eventually(lambda: [each["State"] for each in product.mappings()], ["Enabled"] * 3)
    seen = watch(product, product.start(total_chaos_duration=3))
    assert seen.returncode == 0, seen.stderr
    assert "3 injected" in seen.stdout
    assert seen.stdout.splitlines()[-1].split()[:2] == ["Done", "SUCCEEDED"]


def test_what_does_not_exist_cannot_be_watched(product: Product) -> None:
    seen = watch(product, "nobody")
    assert (seen.returncode, seen.stdout) == (2, "")
    assert "cannot watch nobody" in seen.stderr
