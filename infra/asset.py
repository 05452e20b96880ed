"""The folder that becomes every function's zip: libraries plus `functions/`, without Docker.

`python -m infra.asset aws|lab` builds `build/functions-<target>`. Equal inputs give an equal tree.
"""

import compileall
import hashlib
import platform
import py_compile
import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

from infra import FUNCTIONS, ROOT
from infra.permissions import HANDLERS, collected

REQUIREMENTS = ROOT / "requirements" / "functions.txt"
BUILD = ROOT / "build"

SDK_MODEL_OF = {"states": "stepfunctions", "rds": "docdb"}
"""botocore's name of a service where it is not the prefix of its IAM actions."""

_NEVER_READ = ("bin", ".lock", "RECORD", "examples-1.json")
_UTILITIES = ("__init__.py", "__pycache__", "jmespath_utils")
"""What the logger of Powertools imports of its utilities."""


class Target(StrEnum):
    """Where an asset runs: in AWS, or in the lab with the interpreter that builds it."""

    AWS = "aws"
    LAB = "lab"

    @property
    def python_version(self) -> str:
        """The version the functions run on, such as `3.13`."""
        if self is Target.AWS:
            return "3.13"
        return f"{sys.version_info.major}.{sys.version_info.minor}"

    @property
    def architecture(self) -> str:
        """Lambda's name of the architecture: `arm64` or `x86_64`."""
        if self is Target.AWS or platform.machine() in {"arm64", "aarch64"}:
            return "arm64"
        return "x86_64"

    @property
    def folder(self) -> Path:
        """The built folder; it may not exist yet."""
        return BUILD / f"functions-{self}"


def build(target: Target) -> Path:
    """Build the target's folder, downloading libraries only when their lock changed."""
    libraries = BUILD / f"libraries-{target}"
    _vendor(target, libraries)
    fresh = BUILD / f"functions-{target}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(FUNCTIONS, fresh, ignore=shutil.ignore_patterns("__pycache__"))
    _compile(target, fresh)
    shutil.copytree(libraries, fresh, ignore=_unneeded, dirs_exist_ok=True)
    shutil.rmtree(target.folder, ignore_errors=True)
    return fresh.rename(target.folder)


def sdk_models() -> set[str]:
    """The services whose SDK models are kept: those that some handler may call."""
    prefixes = {
        action.split(":")[0]
        for module in HANDLERS
        for statement in collected(module)
        for action in statement.actions
    }
    models = {SDK_MODEL_OF.get(prefix, prefix) for prefix in prefixes}
    return models | {"dynamodbstreams"}  # its actions have the prefix of DynamoDB


def _vendor(target: Target, libraries: Path) -> None:
    """Install the locked libraries for the target's platform, unless they are there already."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable),
        *(
            "--target",
            str(libraries),
            "--require-hashes",
            "--only-binary",
            ":all:",
            "-r",
            str(REQUIREMENTS),
        ),
    ]
    if target is Target.AWS:
        command += ["--python-platform", "aarch64-manylinux_2_28"]
        command += ["--python-version", target.python_version]
    inputs = [
        REQUIREMENTS.read_text(),
        platform.platform(),
        sys.version,
        Path(__file__).read_text(),
    ]
    key = hashlib.sha256("\n".join(inputs).encode()).hexdigest()
    stamp = BUILD / f"libraries-{target}.key"
    if stamp.exists() and stamp.read_text() == key and libraries.exists():
        return
    stamp.unlink(missing_ok=True)  # an interrupted installation must not look complete
    shutil.rmtree(libraries, ignore_errors=True)
    BUILD.mkdir(exist_ok=True)
    subprocess.run(command, check=True)
    _compile(target, libraries)
    stamp.write_text(key)


def _compile(target: Target, folder: Path) -> None:
    """Add bytecode, without which every cold start compiles 400 files; Lambda keeps none."""
    if Target.LAB.python_version == target.python_version:
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH  # the zip changes all times
        compileall.compile_dir(folder, quiet=1, invalidation_mode=mode, stripdir=str(folder))


def _unneeded(folder: str, names: list[str]) -> set[str]:
    """What a zip does not need: scripts, install records, and parts that nothing here imports."""
    unneeded = {name for name in names if name in _NEVER_READ}
    match Path(folder).parts[-3:]:
        case (_, _, "aws_lambda_powertools"):
            unneeded |= {"event_handler"}
        case (_, "aws_lambda_powertools", "utilities"):
            unneeded |= {name for name in names if name not in _UTILITIES}
        case (_, "botocore", "data"):
            unneeded |= {name for name in names if _is_service(folder, name)} - sdk_models()
        case ("botocore", "data", _):
            unneeded |= {*names} - {max(names)}  # botocore takes the newest version of an API
    return unneeded


def _is_service(folder: str, name: str) -> bool:
    return Path(folder, name).is_dir()


def main() -> None:
    """Build the target named on the command line and say how large it is."""
    target = Target(sys.argv[1])
    files = [path for path in build(target).rglob("*") if path.is_file()]
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    runs_on = f"Python {target.python_version} on {target.architecture}"
    folder = target.folder.relative_to(ROOT)
    print(f"{folder}: {len(files)} files, {megabytes:.1f} MB, for {runs_on}")


if __name__ == "__main__":
    main()
