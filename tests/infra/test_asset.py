"""The zipped folder holds what the functions need, and little else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra import ROOT, asset
from infra.asset import Target
from infra.permissions import HANDLERS, collected, uses_table
from tests.fakes.report import a_report
from tests.infra.reach import everything_sent

NEEDED_BY = {
    "pydantic": ("validate_experiment",),
    "annotated_types": ("validate_experiment",),
    "jinja2": (),
    "boto3": (),
}
"""Libraries that cost a cold start, and the handlers that cannot start without them."""

MADE = """
import json
from aws import clients
made = []
clients.client = lambda service, place, external_id, *, changes: made.append((service, changes))
clients.dynamodb = lambda: made.append(("dynamodb", None))
"""


def _run_on_the_asset_alone(code: str, *, given: str = "", **environment: str) -> str:
    prelude = f"import sys; sys.path.insert(0, {str(Target.LAB.folder)!r})"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", f"{prelude}\n{code}"],
        env={"AWS_DEFAULT_REGION": "eu-west-1", **environment},
        check=False,
        input=given,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("module", HANDLERS)
def test_a_handler_starts_from_the_asset_alone_with_no_library_that_it_does_not_need(
    module: str,
) -> None:
    code = f"import {module}; callable({module}.handler) or sys.exit(1); print(*sys.modules)"
    loaded = _run_on_the_asset_alone(code).split()
    needed = {library for library, users in NEEDED_BY.items() if module in users}
    assert NEEDED_BY.keys() & set(loaded) == needed


def test_the_sdk_knows_every_service_that_a_handler_may_call() -> None:
    code = "import botocore.session; print(*botocore.session.Session().get_available_services())"
    assert set(_run_on_the_asset_alone(code).split()) == asset.sdk_models()


@pytest.mark.parametrize("service", sorted(asset.sdk_models()))
def test_a_client_is_made_of_the_asset_alone_and_knows_what_is_called(service: str) -> None:
    code = f"""
from aws import clients
from snapback.model.place import HOME
for changes in (False, True):
    made = clients.client({service!r}, HOME, None, changes=changes)
print(*made.meta.service_model.operation_names)"""
    called = {each.operation for each in everything_sent() if each.service == service}
    assert called <= set(_run_on_the_asset_alone(code).split())


def test_the_table_is_read_page_by_page_with_the_asset_alone() -> None:
    code = "from aws import clients; print(clients.dynamodb().can_paginate('query'))"
    assert _run_on_the_asset_alone(code) == "True\n"


def test_an_input_is_read_and_described_with_the_asset_alone() -> None:
    code = """
from snapback.validate import request, schema
from snapback.faults.registry import FAULTS
for fault in FAULTS:
    schema.schema(fault)
print(schema.read("delete-mappings", {"function_name": "", "event_uuids": 1}).refused)"""
    assert "function_name" in _run_on_the_asset_alone(code)


def test_a_report_is_rendered_with_the_asset_alone() -> None:
    code = """
import json
from snapback.report.page.render import page
print(len(page(json.load(sys.stdin))))"""
    assert int(_run_on_the_asset_alone(code, given=json.dumps(a_report()))) > 0


@pytest.mark.parametrize("module", HANDLERS)
def test_clients_are_made_while_lambda_starts_a_function_and_only_for_calls_that_it_may_make(
    module: str,
) -> None:
    made = _made_by(module, AWS_LAMBDA_INITIALIZATION_TYPE="on-demand")
    assert {service for service, _ in made} - {"dynamodb"} <= _permitted(module)
    assert ("dynamodb" in {service for service, _ in made}) is uses_table(module)


def test_no_client_is_made_anywhere_else_before_it_is_used() -> None:
    assert _made_by("validate_experiment") == []


def _made_by(module: str, **environment: str) -> list[tuple[str, bool | None]]:
    """The clients that an import makes: their services, and whether they are for changes."""
    code = f"{MADE}\nimport {module}; print(*(json.dumps(each) for each in made), sep='\\n')"
    lines = _run_on_the_asset_alone(code, **environment).split("\n")
    return [tuple(json.loads(each)) for each in lines if each]


def _permitted(module: str) -> set[str]:
    """The services that a handler may call, as IAM names them."""
    return {action.split(":")[0] for statement in collected(module) for action in statement.actions}


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
