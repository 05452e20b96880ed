"""LocalEmu unpacks the same package once for each function that uses it."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from pathlib import Path
from typing import Any

from localemu.services.lambda_.invocation.lambda_models import S3Code

_unpack = S3Code.prepare_for_execution
_unpacking = threading.Lock()


def install() -> None:
    """Unpack by content: one directory for all functions with the same package."""
    S3Code.get_unzipped_code_location = location
    S3Code.prepare_for_execution = prepare
    S3Code.destroy_cached = keep


def location(self: Any) -> Path:
    """The directory of a package."""
    name = hashlib.sha256(self.code_sha256.encode()).hexdigest()
    return Path(tempfile.gettempdir()) / "lambda" / name / "code"


def prepare(self: Any) -> None:
    """Unpack the package unless that was done before."""
    with _unpacking:
        _unpack(self)


def keep(self: Any) -> None:
    """Keep the directory for the package's other functions; it goes with the run."""
