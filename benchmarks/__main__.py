"""Measures what Snapback claims, keeps it in out/bench.json, and holds it against the goals.

python -m benchmarks           what takes less than a minute
python -m benchmarks --full    everything; writes docs/benchmarks.md and docs/cost.md too
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks import cases, costs_page, goals, imports, laboratory, page
from benchmarks.measuring import measured
from benchmarks.results import FILE


def main() -> int:
    """Measure, tell, keep; 1 if a goal is missed."""
    asked = _asked()
    chosen = cases.full() if asked.full else cases.quick()
    handlers = imports.ALL if asked.full else imports.QUICKLY
    results = measured(chosen, handlers, assembly=asked.assembly, processes=asked.processes)
    if asked.assembly:
        results = replace(results, lab=laboratory.measure(asked.assembly))
    results.write(asked.out)
    print(page.summary(results))
    checked = goals.check(results)
    for each in checked:
        if each.missed:
            print(f"MISSED  {each}")
    for sentence in page.not_measured(results):
        print(sentence)
    if asked.full:
        page.FILE.write_text(page.page(results))
        costs_page.FILE.write_text(costs_page.page(results))
    print(f"kept in {asked.out}")
    return 1 if any(each.missed for each in checked) else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--full", action="store_true", help="up to 1,000 mappings, and the lab")
    parser.add_argument("--assembly", type=Path, help="what `cdk synth` wrote for the lab")
    parser.add_argument("--out", type=Path, default=FILE, help="where the figures are kept")
    parser.add_argument("--processes", type=int, default=2, help="how many work at once (2)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
