"""Change the shipped Python at random, one small change at a time, and say which the tests notice.

Works in copies of the project, within a limited time. The exit code is 0 if the tests kill 95 % of
the mutants that can be killed; the survivors are listed, and out/mutants.json holds everything.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path

from infra import ROOT
from tests.mutants import equivalents, tally
from tests.mutants.coverage import NotGreen
from tests.mutants.equivalents import Equivalent
from tests.mutants.every import Mutant, draw, every
from tests.mutants.session import Result, Session, TimeIsOver

EQUIVALENTS = Path(__file__).with_name("equivalent.toml")
RESULT = ROOT / "out" / "mutants.json"
KEPT = ROOT / "build" / "mutants"


def main() -> int:
    """Do what is asked for; 1 if too few are killed, 2 if that cannot be said."""
    asked = _asked()
    possible = [each for each in every(ROOT) if each.path.startswith(asked.within)]
    if asked.list:
        _say(tally.possible(possible))
        return 0
    try:
        listed = equivalents.load(EQUIVALENTS, every(ROOT))
        results = _results(asked, draw(possible, asked.count, asked.seed), listed)
    except (equivalents.NotApplied, NotGreen, TimeIsOver) as problem:
        _say(str(problem))
        return 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        _say("stopped")
        return 130
    _conclude(asked, len(possible), results)
    return 0 if (tally.share(results) or 0) >= tally.ENOUGH else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="of what is drawn (7)")
    parser.add_argument("--count", type=int, default=80, help="how many mutants are drawn (80)")
    parser.add_argument("--minutes", type=float, default=45, help="when to stop (45)")
    parser.add_argument("--processes", type=int, choices=(1, 2), default=1, help="at once (1)")
    parser.add_argument("--within", default="", help="only modules whose path begins with this")
    parser.add_argument("--list", action="store_true", help="only count the possible mutants")
    return parser.parse_args()


def _results(
    asked: argparse.Namespace, drawn: Sequence[Mutant], listed: Sequence[Equivalent]
) -> list[Result]:
    same = [each for each in drawn if any(entry.is_of(each) for entry in listed)]
    session = Session(ROOT, KEPT, asked.processes, asked.minutes * 60, _say)
    found = asyncio.run(_stoppable(session.run([each for each in drawn if each not in same])))
    return [*found, *(Result(each, "equivalent") for each in same)]


async def _stoppable[Found](work: Coroutine[None, None, Found]) -> Found:
    """Let whatever ends the process clean up as Ctrl-C does."""
    task = asyncio.ensure_future(work)
    for each in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(each, task.cancel)
    return await task


def _conclude(asked: argparse.Namespace, possible: int, results: Sequence[Result]) -> None:
    about = {"seed": asked.seed, "possible": possible, "drawn": min(asked.count, possible)}
    RESULT.parent.mkdir(exist_ok=True)
    document = tally.document(results, **about)
    RESULT.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    _say(tally.conclusion(results, **about))


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # a command line


if __name__ == "__main__":
    sys.exit(main())
