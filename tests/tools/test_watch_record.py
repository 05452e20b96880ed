"""What `make lab` writes leads `make watch` to the lab, while that runs."""

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.deployment import Deployment, write_record
from lab.sample.outputs import Sample
from lab.session import Lab
from watch.record import running_lab

DEPLOYMENT = Deployment(
    experiment_state_machine_arn="experiment",
    restore_state_machine_arn="restore",
    abandon_state_machine_arn="abandon",
    table_name="table",
    sweeper_function_name="sweep",
    sample=Sample(
        function_name="consumer",
        queue_url="queue",
        stream_name="stream",
        table_name="source",
        handled_table_name="handled",
        event_uuids=["one"],
    ),
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Something that listens, as a lab does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def lab(listener: socket.socket) -> Lab:
    """A lab that would be there."""
    port = listener.getsockname()[1]
    return Lab(
        pid=1,
        endpoint_url=f"http://127.0.0.1:{port}",
        run_directory="x",
        access_key_id="KEY",
        secret_access_key="secret",  # noqa: S106
    )


def test_the_recorded_lab_is_found_with_its_account_and_variables(lab: Lab, tmp_path: Path) -> None:
    write_record(lab, DEPLOYMENT, tmp_path / "lab.json")
    found = running_lab(tmp_path / "lab.json")
    assert found
    assert (found.account_id, found.environment) == (lab.account_id, lab.environment())


def test_a_lab_that_was_killed_is_not_found(
    lab: Lab, listener: socket.socket, tmp_path: Path
) -> None:
    write_record(lab, DEPLOYMENT, tmp_path / "lab.json")
    listener.close()
    assert running_lab(tmp_path / "lab.json") is None


def test_without_a_record_no_lab_is_found(tmp_path: Path) -> None:
    assert running_lab(tmp_path / "lab.json") is None


def test_the_record_is_for_its_user_alone_and_holds_the_key(lab: Lab, tmp_path: Path) -> None:
    record = tmp_path / "lab.json"
    record.touch(mode=0o644)
    write_record(lab, DEPLOYMENT, record)
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    written = json.loads(record.read_text())
    assert (written["access_key_id"], written["secret_access_key"]) == ("KEY", "secret")
