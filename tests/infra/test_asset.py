"""The zipped folder holds what the functions need, and little else."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra import ROOT, asset
from infra.asset import Target
from infra.permissions import HANDLERS

UNDER_A_RESTORE = ("restore_targets", "fence_experiment", "sweep")


def _run_on_the_asset_alone(code: str) -> str:
    prelude = f"import sys; sys.path.insert(0, {str(Target.LAB.folder)!r})"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", f"{prelude}\n{code}"],
        env={"AWS_DEFAULT_REGION": "eu-west-1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("module", HANDLERS)
def test_a_handler_imports_from_the_asset_alone(module: str) -> None:
    assert (
        _run_on_the_asset_alone(f"import {module}; print(callable({module}.handler))") == "True\n"
    )


@pytest.mark.parametrize("module", UNDER_A_RESTORE)
def test_a_restore_depends_on_no_validation_library(module: str) -> None:
    assert (
        _run_on_the_asset_alone(f"import {module}; print('pydantic' in sys.modules)") == "False\n"
    )


def test_the_sdk_knows_every_service_that_a_handler_may_call() -> None:
    code = "import boto3; print(*boto3.Session().get_available_services())"
    assert set(_run_on_the_asset_alone(code).split()) == asset.sdk_models()


def test_the_assets_carry_the_library_of_their_own_platform() -> None:
    def binary(target: Target) -> str:
        (library,) = (target.folder / "pydantic_core").glob("*.so")
        return library.name

    assert binary(Target.AWS) == "_pydantic_core.cpython-313-aarch64-linux-gnu.so"
    assert Target.LAB.python_version.replace(".", "") in binary(Target.LAB)


def test_the_asset_holds_no_scripts_or_paths_of_the_machine_that_built_it() -> None:
    names = {path.name for path in Target.AWS.folder.rglob("*")}
    assert not names & {"bin", ".lock", "RECORD"}


def test_building_again_with_the_same_inputs_gives_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contents(build: str) -> dict[str, bytes]:
        monkeypatch.setattr(asset, "BUILD", tmp_path / build)
        asset.BUILD.mkdir()
        for name in ("libraries-lab", "libraries-lab.key"):
            (asset.BUILD / name).symlink_to(ROOT / "build" / name)
        folder = asset.build(Target.LAB)
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    assert contents("first") == contents("second")
