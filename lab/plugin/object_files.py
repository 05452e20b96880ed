"""LocalEmu keeps the objects of S3 in one fixed folder, for good: here they go when their lab goes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from localemu.services.s3 import provider


def install() -> None:
    """Keep the objects below the lab's own temporary folder."""
    provider.DEFAULT_S3_TMP_DIR = str(Path(tempfile.gettempdir()) / "s3")
