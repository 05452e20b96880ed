"""The kit's command line: says what it will do, asks, does it, and writes down what AWS answered."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lab import LabError, running
from lab.emulator import ROOT
from prove.account import Account, NoRegion
from prove.assembly import Assembly
from prove.cleaning import clean
from prove.finding import Run, found_runs, in_progress
from prove.limit import Limit
from prove.names import SOURCES, fresh
from prove.page.render import page
from prove.plan import Plan, told
from prove.preparing import guard, prepared
from prove.proof import Circumstances, changes, document, held
from prove.session import Gathered, prove, unfailing
from prove.world import Pace

OUT = ROOT / "out"
FAILED, CANNOT, DECLINED = 1, 2, 3
_EPILOG = """\
Exit codes: 0 nothing failed and nothing is left, 1 something failed, 2 it could not run, 3 you said no.
"""


def main() -> int:
    """Plan, clean or prove."""
    options = _options()
    try:
        with _account(options) as account:
            if options.clean:
                return clean_up(account, agreed=options.yes)
            return _prove(account, options)
    except (
        ClientError, BotoCoreError, NoRegion, LabError, CalledProcessError, OSError, ValueError,
    ) as error:  # fmt: skip
        sys.stderr.write(f"cannot prove anything here: {error}\n")
        return CANNOT


@contextmanager
def _account(options: argparse.Namespace) -> Iterator[Account]:
    if not options.lab:
        yield Account.of_profile(options.profile, options.region, options.other_region)
        return
    with running(say=print) as lab:
        yield Account.of_lab(lab)


def clean_up(account: Account, *, agreed: bool) -> int:
    """Say what runs have left, ask, and remove it."""
    found = found_runs(account)
    for run in found.values():
        print(run.told(account))
        if signs := in_progress(account, run):
            print(f"  IT MAY BE IN PROGRESS: {signs}")
    if found and not (agreed or _agreed("Remove all of this?")):
        return DECLINED
    left = [each for name in sorted(found) for each in clean(account, name, unfailing(print))]
    looked = ", ".join(dict.fromkeys(
        region for run in (Run(""), *found.values()) for region in run.regions(account)
    ))  # fmt: skip
    print("\n".join(left) or f"nothing of any run is left in {looked}")
    return FAILED if left else 0


def _prove(account: Account, options: argparse.Namespace) -> int:
    pace = Pace.on_lab() if account.on_lab else Pace.on_aws()
    sources: tuple[str, ...] = options.sources
    name = fresh()
    old = json.loads(options.against.read_text()) if options.against else None
    with tempfile.TemporaryDirectory(prefix="snapback-proof-") as folder:
        assembly, plan = prepared(Path(folder), account, name, sources, pace)
        print(told(plan))
        if options.plan:
            return 0
        if not (options.yes or account.on_lab or _agreed("Go on?")):
            return DECLINED
        proof = _proved(assembly, plan, pace)
    _write(proof)
    if old:
        _compare(old, proof)
    print(proof["verdict"])
    return 0 if held(proof) else FAILED


def _agreed(question: str) -> bool:
    try:
        return input(f"\n{question} Type yes: ").strip().lower() == "yes"
    except (EOFError, KeyboardInterrupt):
        return False


def _proved(assembly: Assembly, plan: Plan, pace: Pace) -> dict[str, Any]:
    limit = guard(plan)
    _listen(limit)
    began_at, revision = time.time(), _revision()
    gathered = prove(assembly, plan, pace, limit, _say(began_at))
    return _document(gathered, assembly, plan, began_at, revision)


def _listen(limit: Limit) -> None:
    """A signal ends the run; its clean-up cannot be interrupted, only killed."""

    def stop(number: int, _: object) -> None:
        reason = f"it was told to stop ({signal.Signals(number).name})"
        threading.Thread(target=limit.stop, args=(reason,)).start()  # this one may hold its lock
        unfailing(sys.stderr.write)(
            "stopping: everything is being removed, which takes some minutes\n"
        )

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


def _say(began_at: float) -> Any:
    return lambda text: print(f"{time.time() - began_at:>6.0f} s  {text}", flush=True)


def _document(
    gathered: Gathered, assembly: Assembly, plan: Plan, began_at: float, revision: str
) -> dict[str, Any]:
    run = Circumstances(
        name=plan.name,
        revision=revision,
        account=plan.account,
        regions=plan.regions,
        began_at=began_at,
        ended_at=time.time(),
        stopped=gathered.stopped,
        left=tuple(gathered.left),
        planned_minutes=plan.minutes,
        planned_dollars=plan.dollars,
    )
    account = assembly.account
    proof = document(gathered.evidence(plan.sources, on_lab=account.on_lab), run)
    masked: dict[str, Any] = json.loads(account.masked(json.dumps(proof)))
    return masked


def _revision() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or "unknown"


def _write(proof: dict[str, Any]) -> None:
    """The evidence first: a page can be made again."""
    OUT.mkdir(exist_ok=True)
    _written(OUT / "proof.json", json.dumps(proof, indent=2) + "\n")
    _written(OUT / "proof.html", page(proof))


def _written(path: Path, text: str) -> None:
    path.write_text(text)
    unfailing(print)(f"wrote {path.relative_to(ROOT)}")


def _compare(old: dict[str, Any], proof: dict[str, Any]) -> None:
    found = list(changes(old, proof))
    print("\n".join(each.told() for each in found) or f"no answer has changed since {_of(old)}")


def _of(proof: dict[str, Any]) -> str:
    return f"{proof['run']['name']} at revision {proof['run']['revision']}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make prove ARGS=…",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--profile", help="of the AWS configuration; else the standard chain")
    parser.add_argument("--region", help="the home Region; else the profile's")
    parser.add_argument("--other-region", help="the second Region (eu-west-1 or eu-central-1)")
    parser.add_argument("--with", dest="sources", default=(), metavar="SOURCES", type=_sources,
                        help=f"also these, which cost more: some of {','.join(SOURCES)}")  # fmt: skip
    parser.add_argument("--plan", action="store_true", help="say what it would do, and do nothing")
    parser.add_argument("--yes", action="store_true", help="go on without asking")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="an older proof to compare with"
    )
    parser.add_argument("--lab", action="store_true", help="run against a lab of its own")
    parser.add_argument("--clean", action="store_true", help="remove what earlier runs left")
    options = parser.parse_args()
    if options.lab and options.sources:
        parser.error("--with: the lab has none of these services; leave out --lab or --with")
    return options


def _sources(text: str) -> tuple[str, ...]:
    given = tuple(each.strip() for each in text.split(","))
    if unknown := [each for each in given if each not in SOURCES]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(SOURCES)}")
    return given


if __name__ == "__main__":
    sys.exit(main())
