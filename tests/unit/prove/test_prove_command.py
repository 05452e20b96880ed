"""The command line of the kit, on a mocked account."""

from __future__ import annotations

from pathlib import Path

import pytest
from moto import mock_aws

from prove import __main__ as command
from tests.unit.prove.proofs import BAD_STOPS, proof


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["prove", *arguments])
    return command.main()


def test_without_credentials_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert run(monkeypatch, "--plan", "--region", "us-east-1") == command.CANNOT
    assert "Unable to locate credentials" in capsys.readouterr().err


def test_an_unknown_source_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "--with", "msk,kafka")
    assert "'kafka' is none of msk, mq, docdb" in capsys.readouterr().err


def test_the_lab_has_no_flagged_source(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "--lab", "--with", "mq")
    assert "the lab has none of these services" in capsys.readouterr().err


def test_two_proofs_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    command._compare(proof(), proof(BAD_STOPS))
    assert "concurrency: pass → fail" in capsys.readouterr().out
    command._compare(proof(), proof())
    assert (
        "no answer has changed since SnapbackProofabc123 at revision 1234567"
        in capsys.readouterr().out
    )


@mock_aws
def test_an_older_proof_that_cannot_be_read_is_named_before_anything_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "--against", str(tmp_path / "none.json")) == command.CANNOT
    assert "none.json" in capsys.readouterr().err
