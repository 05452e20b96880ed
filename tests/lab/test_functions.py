"""Functions run through the real runtime client, and fail in the words of AWS."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

SOURCE = """
import json, os, sys, time
calls = 0

class TargetBusy(Exception):
    pass

def handler(event, context):
    global calls
    calls += 1
    match event.get("do"):
        case "raise": raise TargetBusy("try later")
        case "exit": os._exit(3)
        case "sleep": time.sleep(event["seconds"])
        case "environment": return dict(os.environ)
        case "path": return sys.path
        case "context": return [context.function_name, context.get_remaining_time_in_millis()]
    print("handled call", calls)
    return {"pid": os.getpid(), "calls": calls}
"""

type Call = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def call(aws: Any, make_function: Callable[..., str]) -> Call:
    """Invoke the function of this module; returns error flag, payload and log."""
    make_function("shapes", SOURCE, seconds=2, Environment={"Variables": {"OWN": "value"}})

    def invoke(**event: object) -> dict[str, Any]:
        answer = aws("lambda").invoke(
            FunctionName="shapes", Payload=json.dumps(event), LogType="Tail"
        )
        return {
            "error": answer.get("FunctionError"),
            "payload": json.loads(answer["Payload"].read()),
            "log": base64.b64decode(answer["LogResult"]).decode(),
        }

    return invoke


def test_a_process_is_reused_and_its_log_returned(call: Call) -> None:
    """Sequential invocations share one process; what it printed comes back."""
    first, second = call(), call()
    assert first["payload"]["pid"] == second["payload"]["pid"]
    assert second["payload"]["calls"] == first["payload"]["calls"] + 1
    assert f"handled call {second['payload']['calls']}" in second["log"]
    assert "handled call" in first["log"]
    assert second["log"].count("handled call") == 1


def test_an_invocation_ends_with_a_report_and_the_first_tells_its_start(call: Call) -> None:
    """The line that Lambda writes; only a fresh process has an Init Duration."""
    call(do="exit")
    for log, starts in ((call()["log"], True), (call()["log"], False)):
        last = log.splitlines()[-1]
        assert re.match(
            r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms", last
        )
        assert ("Init Duration: " in last) is starts


def test_a_function_writes_to_its_own_log_group(
    aws: Any, make_function: Callable[..., str], eventually: Callable[..., Any]
) -> None:
    """The one in its LoggingConfig, and no other."""
    aws("logs").create_log_group(logGroupName="own")
    make_function("writer", SOURCE, LoggingConfig={"LogFormat": "JSON", "LogGroup": "own"})
    aws("lambda").invoke(FunctionName="writer", Payload=b"{}")
    events = eventually(lambda: aws("logs").filter_log_events(logGroupName="own")["events"])
    assert any("handled call 1" in each["message"] for each in events)
    found = aws("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/writer")
    assert found["logGroups"] == []


def test_an_exception_has_the_shape_of_the_runtime_client(call: Call) -> None:
    """The bare class name, the message and a stack trace."""
    answer = call(do="raise")
    assert answer["error"] == "Unhandled"
    assert answer["payload"]["errorType"] == "TargetBusy"
    assert answer["payload"]["errorMessage"] == "try later"
    assert answer["payload"]["stackTrace"]


def test_a_timeout_kills_the_process(call: Call) -> None:
    """AWS's words after the function's own time-out; the next invocation has a fresh process."""
    before = call()["payload"]["pid"]
    begun = time.monotonic()
    answer = call(do="sleep", seconds=30)
    assert time.monotonic() - begun < 5
    assert answer["error"] == "Unhandled"
    assert answer["payload"]["errorType"] == "Sandbox.Timedout"
    assert answer["payload"]["errorMessage"].endswith("Error: Task timed out after 2.00 seconds")
    assert call()["payload"]["pid"] != before
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_an_exit_is_reported(call: Call) -> None:
    """A handler that ends its process."""
    answer = call(do="exit")
    assert answer["payload"]["errorType"] == "Runtime.ExitError"
    assert answer["payload"]["errorMessage"].endswith("exited with error: exit status 3")
    assert call()["error"] is None


def test_a_killed_process_fails_its_invocation_at_once(call: Call) -> None:
    """Kill -9 by somebody else, in the middle of an invocation."""
    victim = call()["payload"]["pid"]
    threading.Timer(0.3, os.kill, (victim, signal.SIGKILL)).start()
    begun = time.monotonic()
    answer = call(do="sleep", seconds=1.8)
    assert time.monotonic() - begun < 1.5
    assert answer["payload"]["errorType"] == "Runtime.ExitError"
    assert answer["payload"]["errorMessage"].endswith("signal: killed")
    assert call()["payload"]["calls"] == 1


def test_invocations_at_the_same_time_have_processes_of_their_own(call: Call) -> None:
    """Concurrency grows by environments, as in Lambda."""
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: call(do="sleep", seconds=1), range(4)))
    assert time.monotonic() - begun < 4
    with ThreadPoolExecutor(4) as pool:
        pids = {answer["payload"]["pid"] for answer in pool.map(lambda _: call(), range(8))}
    assert pids


def test_the_environment_is_what_lambda_gives(call: Call, lab: Any) -> None:
    """Nothing of this machine's environment but PATH; the function's own variables; the lab as endpoint."""
    environment = call(do="environment")["payload"]
    assert environment["OWN"] == "value"
    assert environment["AWS_ENDPOINT_URL"] == lab.endpoint_url
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "shapes"
    assert environment["AWS_EXECUTION_ENV"].startswith("AWS_Lambda_python3.")
    assert not {name for name in environment if "LOCALEMU" in name or "SNAPBACK" in name}
    strange = {
        name
        for name in environment
        if not name.startswith(("AWS_", "_AWS_", "LAMBDA_", "_X_AMZN", "LC_"))
    } - {"PATH", "HOME", "TMPDIR", "LANG", "TZ", "PYTHONPATH", "OWN", "_HANDLER", "LD_LIBRARY_PATH"}
    assert strange == set()


def test_the_functions_own_package_comes_first(call: Call) -> None:
    """The package directory leads sys.path, and the lab's site-packages are not on it."""
    path = call(do="path")["payload"]
    assert path[0].endswith("/code")
    assert not [entry for entry in path if entry.endswith("site-packages")]


def test_the_context_knows_its_deadline(call: Call) -> None:
    """Remaining time counts down from the function's time-out."""
    name, remaining_ms = call(do="context")["payload"]
    assert name == "shapes"
    assert 1000 < remaining_ms <= 2000


def test_an_import_error_is_an_init_error(aws: Any, make_function: Callable[..., str]) -> None:
    """The runtime client's own error for code that cannot be loaded."""
    make_function("unimportable", "import no_such_module")
    answer = aws("lambda").invoke(FunctionName="unimportable", Payload=b"{}")
    payload = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ImportModuleError"
    assert "no_such_module" in payload["errorMessage"]


def test_a_wrapper_from_a_layer_starts_the_runtime(
    aws: Any, make_function: Callable[..., str], tmp_path: Any
) -> None:
    """AWS_LAMBDA_EXEC_WRAPPER is run with the runtime's command; layers are found through LAMBDA_OPT_DIR."""
    wrapper = tmp_path / "wrapper"
    wrapper.write_text('#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n')
    wrapper.chmod(0o755)
    make_function(
        "wrapped",
        "import os\ndef handler(event, context): return os.environ['WRAPPED']",
        Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": str(wrapper)}},
    )
    answer = aws("lambda").invoke(FunctionName="wrapped", Payload=b"{}")
    assert json.loads(answer["Payload"].read()) == "yes"
