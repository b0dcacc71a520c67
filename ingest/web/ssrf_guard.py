"""The SSRF guard: which addresses a link may lead to. It must not reach services inside the network.

A name is resolved once, every address of the answer is checked, and the connection goes to one that was
checked, so that a name which answers differently the next time gains nothing. How an address is written does
not matter: what is checked is what the system would connect to.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from index.errors import FetchLater, FetchRefused

Resolve = Callable[[str, int], Sequence[str]]
"""A host name and a port to the addresses it stands for; OSError where there is none."""

# IPv6 addresses that stand for an IPv4 address, in their last 32 bits: translation by a gateway (RFC 6052,
# RFC 8215), and the compatible form (RFC 4291, 2.5.5.1).
_CARRIERS = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))


def resolve(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver gives for a host. OSError where it knows none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(
    host: str, port: int, *, allow_private: bool = False, resolver: Resolve = resolve
) -> list[str]:
    """The addresses of `host`, each of which may be connected to.

    Raises FetchRefused where any of them is not public, unless `allow_private`; those of machines' own
    metadata services and of no single machine are refused in any case. FetchLater where there is none.
    """
    try:
        addresses = list(resolver(host, port))
    except (OSError, UnicodeError) as error:
        msg = f"the host {host} is not known; check the link, or try again later"
        raise FetchLater(msg) from error
    if not addresses:
        msg = f"the host {host} has no address; check the link, or try again later"
        raise FetchLater(msg)
    for address in addresses:
        if not may_connect(address, allow_private=allow_private):
            why = f"{host} is a private address, where links may not lead"
            msg = f"{why}; for an intranet set allow_private (ONRECORD_ALLOW_PRIVATE=1)"
            raise FetchRefused(msg)
    return addresses


def may_connect(written: str, *, allow_private: bool = False) -> bool:
    """Whether an address is one that a link may lead to."""
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return False
    return all(_public(one) or (allow_private and _own(one)) for one in _meant(address))


def _meant(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, and any IPv4 address that it carries."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    carried: list[IPv4Address | IPv6Address] = []
    if address.sixtofour is not None:
        carried.append(address.sixtofour)
    if address.teredo is not None:
        carried.extend(address.teredo)
    if int(address) > 1 and any(address in network for network in _CARRIERS):
        carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *carried]


def _public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (address.is_site_local or int(address) >> 32 == 0):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _own(address: IPv4Address | IPv6Address) -> bool:
    """Whether it may be a machine of an intranet; where clouds keep their keys is never one."""
    metadata = address.is_link_local or address == ip_address("fd00:ec2::254")
    return not (metadata or address.is_multicast or address.is_unspecified)
