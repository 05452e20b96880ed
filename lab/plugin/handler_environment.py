"""The environment of a handler's process: what Lambda gives, and nothing of this machine but PATH."""

from __future__ import annotations

import functools
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

RUNTIME_DISTRIBUTIONS = ("awslambdaric", "boto3")
EMULATOR_ONLY = re.compile(r"LOCALEMU_.*|_AWS_XRAY_DAEMON_.*|EDGE_PORT|AWS_LAMBDA_FUNCTION_TIMEOUT")


def handler_environment(
    given: Mapping[str, object], task_root: Path, opt: Path | None, scratch: Path, api_address: str
) -> dict[str, str]:
    """The whole environment of one execution environment.

    `given` is what the emulator prepared: the documented variables, credentials, the function's own variables.
    """
    runtime = runtime_directory()
    layer_code = _layer_directories(opt, "python", f"python/lib/{_python_name()}/site-packages")
    own = {name: str(value) for name, value in given.items() if value is not None}
    own = {name: value for name, value in own.items() if not EMULATOR_ONLY.fullmatch(name)}
    own_path = [own["PYTHONPATH"]] if "PYTHONPATH" in own else []
    code = [str(task_root), *own_path, *layer_code, str(runtime)]
    base = {
        "PATH": os.pathsep.join([*_layer_directories(opt, "bin"), os.environ["PATH"]]),
        "LD_LIBRARY_PATH": os.pathsep.join(_layer_directories(opt, "lib")),
        "LANG": "en_US.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{_python_name()}",
        "LAMBDA_OPT_DIR": str(opt or ""),
    }
    fixed = {
        "AWS_EXECUTION_ENV": base["AWS_EXECUTION_ENV"],
        "AWS_LAMBDA_RUNTIME_API": api_address,
        "LAMBDA_TASK_ROOT": str(task_root),
        "LAMBDA_RUNTIME_DIR": str(runtime),
        "PYTHONPATH": os.pathsep.join(code),
    }
    return {name: value for name, value in {**base, **own, **fixed}.items() if value}


@functools.cache
def runtime_directory() -> Path:
    """A directory with the runtime client, boto3 and what they need: the lab's /var/runtime.

    Handlers see the standard library, this and their own package, so a dependency that was not
    packaged is missing here as it is in AWS.
    """
    directory = Path(tempfile.mkdtemp(prefix="runtime-"))
    for distribution in _with_requirements(RUNTIME_DISTRIBUTIONS):
        files = metadata.distribution(distribution).files or []
        for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            link = directory / top
            if not link.exists():
                link.symlink_to(Path(str(metadata.distribution(distribution).locate_file(top))))
    return directory


def _with_requirements(names: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        needed = [Requirement(line) for line in metadata.requires(name) or []]
        pending += [each.name for each in needed if not each.marker or each.marker.evaluate()]
    return found


def _python_name() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def _layer_directories(opt: Path | None, *names: str) -> list[str]:
    return [str(opt / name) for name in names if opt and (opt / name).is_dir()]
