"""Which addresses may be probed: those of the internet, and private ones of hosts that the stack names."""

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")


class NotProbed(Exception):
    """An endpoint that is not asked; the message says why and what may be done."""


def addresses(host: str, port: int, private_hosts: Collection[str]) -> list[str]:
    """Every address of a host as it resolves now; NotProbed if one of them may not be probed."""
    found = [
        str(each[4][0]).partition("%")[0]
        for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ]
    for each in found:
        if reason := _problem(each, named=host in private_hosts):
            raise NotProbed(f"{host} has {reason}")
    return found


def _problem(address: str, *, named: bool) -> str:
    """What forbids an address, or an empty string; `named` says that its host may be private."""
    reached = _reached(ip_address(address))
    for kind in ("loopback", "link_local", "unspecified", "multicast", "reserved"):
        if getattr(reached, f"is_{kind}"):
            words = kind.replace("_", "-")
            return f"the {words} address {address}, which is never probed; give a public endpoint"
    if reached.is_global or named:
        return ""
    return (
        f"the private address {address}; give a public endpoint, or add the host to the stack's "
        "setting probe_hosts"
    )


def _reached(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Where a packet ends up: IPv6 has several spellings of an IPv4 address."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
