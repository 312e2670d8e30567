"""Where a message may go: pure functions over what an address says and what a name leads to.

A webhook is a request that this server makes wherever somebody with the permission says. Without
limits it would reach the clinic's own network, the machine itself and a cloud's metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

PORTS = (443, 8443)
LONGEST = 500


class RefusedAddress(ValueError):
    """Why nothing is sent there, for people. Never says what a name leads to."""


@dataclass(frozen=True, slots=True)
class Target:
    """host: a name or a numeric address, without brackets; path: with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_encrypted(self) -> bool:
        return self.scheme == "https"


# The whole of what is understood: two parsers that differ in a corner are how requests end up
# elsewhere. No user, no fragment, no percent signs or other letters than ASCII in the host.
_URL = re.compile(
    r"(https?)://(\[[0-9a-f:.]*:[0-9a-f:.]*\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?(/[!-\"$-\[\]-~]*)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))+")
# A last label of these is read as a number by some: 127.1, 0x7f.1, 2130706433 (WHATWG URL, 3.5).
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def read_target(url: str, *, allow_private: bool = False) -> Target:
    """The parts of a webhook's address. Raises RefusedAddress.

    allow_private: also http and every port and host, for tests and development.
    """
    if len(url) > LONGEST:
        raise RefusedAddress(f"{len(url)} characters. Allowed: at most {LONGEST}.")
    found = _URL.fullmatch(url)
    if found is None:
        raise RefusedAddress(
            "This is no address that is understood. Allowed: https://host/path in ASCII, without "
            "a user name, spaces, backslashes or #; names with other letters as xn--..."
        )
    scheme, host = found[1].lower(), found[2].lower().strip("[]")
    if scheme != "https" and not allow_private:
        raise RefusedAddress("Messages go to https:// alone.")
    port = int(found[3]) if found[3] else {"https": 443, "http": 80}[scheme]
    if not (port in PORTS or (allow_private and 0 < port < 65536)):
        allowed = " or ".join(str(each) for each in PORTS)
        raise RefusedAddress(f"Port {port}. Allowed: {allowed}.")
    _check_host(host, allow_private=allow_private)
    return Target(scheme, host, port, found[4] or "/")


def _check_host(host: str, *, allow_private: bool) -> None:
    if ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            check_reached([str(ip_address(host))], allow_private=allow_private)
        except RefusedAddress:
            raise
        except ValueError:
            raise RefusedAddress(
                f"{host!r} is no address of a host. Allowed: a name, or four numbers such as "
                "198.51.100.7, or an IPv6 address in brackets."
            ) from None
    elif not _NAME.fullmatch(host) and not (allow_private and host == "localhost"):
        raise RefusedAddress(
            f"{host!r} is no name of a host. Allowed: a whole name such as hooks.example.org, "
            "without a dot at its end."
        )


def check_reached(addresses: Iterable[str], *, allow_private: bool = False) -> None:
    """Raises RefusedAddress unless there are addresses and each of them is public.

    Each, and not the first that is: a name that leads here and there is an attack or a mistake.
    """
    found = list(addresses)
    if not found or not (allow_private or all(is_public(each) for each in found)):
        raise RefusedAddress("The host is not on the public internet.")


# IANA's registries of special addresses (RFC 6890 and later), and some that the registries call
# global. A list of our own: what Python's is_global says differs between its versions.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by a carrier; also some clouds' metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's agent on each machine
        "169.254.0.0/16",  # link-local, metadata
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocols; 192.0.0.192 is Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# What is not global unicast is not public: loopback, mapped IPv4, NAT64, private, multicast.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocols: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Whether this numeric address is a host of the public internet. Pure."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    match found:
        case IPv4Address():
            return not any(found in network for network in _NOT_PUBLIC_4)
        case IPv6Address(scope_id=None):
            unusual = any(found in network for network in _NOT_PUBLIC_6)
            return found in _GLOBAL_UNICAST and not unusual
        case _:  # with a zone: an interface of this machine
            return False
