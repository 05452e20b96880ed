"""The lab that `make lab` started from this directory, as it is recorded in out/lab.json."""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

from infra import ROOT
from watch.place import Lab

RECORD = ROOT / "out" / "lab.json"
CONNECT_SECONDS = 1.0


def running_lab(record: Path = RECORD) -> Lab | None:
    """The recorded lab, if something listens there: a lab that was killed leaves its record."""
    try:
        found = json.loads(record.read_text())
    except FileNotFoundError:
        return None
    if not _listens(found["endpoint_url"]):
        return None
    return Lab(account_id=found["account_id"], environment=found["environment"])


def _listens(url: str) -> bool:
    where = urlsplit(url)
    try:
        socket.create_connection((where.hostname, where.port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
