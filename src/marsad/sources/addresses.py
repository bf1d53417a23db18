"""Which network addresses may be fetched from: public ones only, so that a link in a feed never reaches inside a network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from marsad.errors import SourceError


class UnknownHost(SourceError):
    """The name has no address at the moment; it may have one later."""


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def check_url(url: str) -> SplitResult:
    """The parts of an address that may be asked for.

    Raises: SourceError: not http(s), no host, or a user name in it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SourceError(url[:200], None, "not a web address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise SourceError(url[:200], None, "only http and https addresses are fetched")
    if parts.username or parts.password:
        raise SourceError(url[:200], None, "an address with a user name in it is not fetched")
    return parts


def resolve(host: str, port: int, allow_loopback: bool = False) -> str:
    """One address of a host, all of whose addresses are public; the caller connects to it and to no other.

    Args:    allow_loopback: for tests against a local server only.
    Raises:  UnknownHost; SourceError: any of its addresses is private, loopback, link-local, multicast or reserved.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost(host, None, f"the host is not known: {error}") from None
    addresses = [str(item[4][0]).split("%")[0] for item in found]
    for address in addresses:
        if not is_public(ipaddress.ip_address(address), allow_loopback):
            raise SourceError(host, None, f"{address} is not a public address")
    if not addresses:
        raise SourceError(host, None, "the host has no address")
    return addresses[0]


def is_public(address: _Address, allow_loopback: bool = False) -> bool:
    """Whether an address belongs to the public internet, looking through the forms that wrap an IPv4 address into IPv6."""
    inner = _inside(address)
    if inner is not None:
        return is_public(inner, allow_loopback)
    if allow_loopback and address.is_loopback:
        return True
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inside(address: _Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
