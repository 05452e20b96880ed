"""Runs a CDK app again and again in one process: to load CDK takes longer than anything it does.

Each line of standard input asks for one run, `{app, folder, context}`; each is answered by a line
with why the app refused, or an empty string.
"""

import json
import os
import runpy
import sys
import traceback
from functools import partial
from typing import Any

import aws_cdk


def main() -> None:
    """Answer until there is no more input; what the apps print goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    app = aws_cdk.App
    for line in sys.stdin:
        asked = json.loads(line)
        settings: dict[str, Any] = {"outdir": asked["folder"], "context": asked["context"]}
        os.environ["CDK_CONTEXT_JSON"] = json.dumps(asked["context"])
        vars(aws_cdk)["App"] = partial(app, **settings)
        print(json.dumps(_refusal(asked["app"])), file=answers, flush=True)  # it answers


def _refusal(path: str) -> str:
    sys.path[0] = os.path.dirname(path)  # noqa: PTH120  # as Python has it for a script
    try:
        runpy.run_path(path, run_name="__main__")
    except SystemExit as ended:
        return str(ended.code or "")
    except Exception:  # noqa: BLE001  # whatever it is, the next run may do better
        return traceback.format_exc()
    return ""


if __name__ == "__main__":
    main()
