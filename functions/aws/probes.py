"""Performs Probes: one GET, answered by its status and how long that took, never by an exception."""

import os
import time
from urllib.parse import urlsplit

import urllib3

from snapback.model.effects import Probe, Probed

_HTTP = urllib3.PoolManager(retries=False, headers={"User-Agent": "snapback"})


def perform(probe: Probe) -> Probed:
    """Ask once; a redirect is an answer and is not followed."""
    began = time.monotonic()
    if problem := _forbidden(probe.url):
        return Probed(0, 0.0, problem)
    status, error = 0, ""
    try:
        patience = urllib3.Timeout(total=probe.timeout_seconds)
        answer = _HTTP.request(
            "GET", probe.url, timeout=patience, redirect=False, preload_content=False
        )
        status = answer.status
        answer.close()
    except (urllib3.exceptions.HTTPError, ValueError, OSError) as failure:
        error = f"{type(failure).__name__}: {failure}"
    return Probed(status, round(time.monotonic() - began, 3), error)


def _forbidden(url: str) -> str:
    """Lambda's own endpoint inside a function would hand out the next invocation."""
    runtime = os.environ.get("AWS_LAMBDA_RUNTIME_API")
    taken = runtime is not None and urlsplit(url).netloc == runtime
    return "Lambda's runtime API is not probed" if taken else ""
