"""The lab's command line."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from lab import session
from lab.deployment import deploy_all, write_record
from lab.session import Lab, LabError
from lab.supervisor import RECORD


def main() -> int:
    """Run one command; 1 when the lab could not do it."""
    options = _options()
    try:
        match options.command:
            case "start":
                print_environment(session.start(idle_seconds=options.idle_minutes * 60))
            case "deploy":
                deploy(options.assembly, options.idle_minutes * 60)
            case "stop":
                session.stop()
            case "status":
                lab = session.status()
                print(f"the lab runs at {lab.endpoint_url}" if lab else "no lab runs")
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def deploy(assembly: Path, idle_seconds: float) -> None:
    """Deploy Snapback and the sample workload, and write out/lab.json."""
    lab = session.start(idle_seconds=idle_seconds)
    record = session.OUT / RECORD
    write_record(lab, deploy_all(lab, assembly, say=print), record)
    print(f"wrote {record}")
    print_environment(lab)


def print_environment(lab: Lab) -> None:
    """Print lines to evaluate in a shell."""
    for name, value in lab.environment().items():
        print(f"export {name}={shlex.quote(value)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    idle = argparse.ArgumentParser(add_help=False)
    idle.add_argument(
        "--idle-minutes", type=float, default=60, help="stop when nobody calls it for so long (60)"
    )
    commands.add_parser(
        "start", parents=[idle], help="start the lab in the background, or find it running"
    )
    deploy = commands.add_parser(
        "deploy", parents=[idle], help="start the lab if needed, deploy into it, write out/lab.json"
    )
    deploy.add_argument("--assembly", type=Path, required=True, help="what `cdk synth` wrote")
    commands.add_parser("stop", help="stop the lab and remove its files")
    commands.add_parser("status", help="say whether the lab runs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
