"""Performs Probes: one GET, answered by its status and how long that took, never by an exception."""

import time
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError

from aws.addresses import NotProbed, addresses
from snapback.model.effects import Probe, Probed
from snapback.model.expectations import shown

_PORTS = {"http": 80, "https": 443}


def perform(probe: Probe, private_hosts: Collection[str]) -> Probed:
    """Ask once; `private_hosts` may have private addresses, and no error tells the URL's query."""
    began = time.monotonic()
    status, error = 0, ""
    try:
        url = urlsplit(probe.url)
        port = url.port or _PORTS[url.scheme]
        found = addresses(url.hostname or "", port, private_hosts)
        status = ask(url, found, port, probe.timeout_seconds)
    except NotProbed as refused:
        error = str(refused)
    except (HTTPError, ValueError, OSError) as failure:
        error = f"{type(failure).__name__}: {failure}".replace(probe.url, shown(probe.url))
    return Probed(status, round(time.monotonic() - began, 3), error)


def ask(url: SplitResult, found: list[str], port: int, seconds: float) -> int:
    """The status of a GET at the first of these addresses that can be reached.

    Nothing is resolved again, so nothing else is asked: TLS is verified by the URL's own name, and a
    redirect is an answer that is not followed.
    """
    for last, address in enumerate(found, 1):
        try:
            return _get(url, address, port, seconds)
        except NewConnectionError:
            if last == len(found):
                raise
    raise OSError(f"{url.hostname} has no address")


def _get(url: SplitResult, address: str, port: int, seconds: float) -> int:
    name, timeout = url.hostname or "", urllib3.Timeout(total=seconds)
    headers = {"User-Agent": "snapback", "Host": url.netloc}
    with (
        urllib3.HTTPSConnectionPool(address, port, assert_hostname=name, server_hostname=name)
        if url.scheme == "https"
        else urllib3.HTTPConnectionPool(address, port)
    ) as pool:
        answer = pool.request(
            "GET",
            (url.path or "/") + (f"?{url.query}" if url.query else ""),
            headers=headers,
            timeout=timeout,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        answer.close()
        return answer.status
