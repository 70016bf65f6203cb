"""Connections to addresses that somebody else names: only into networks that may be meant.

A name is looked at when it has been connected to, before anything is sent: what it resolved to earlier proves nothing.
"""

from __future__ import annotations

import functools
import ipaddress
import socket
from collections.abc import Collection
from typing import Any, Final

from urllib3 import PoolManager

PUBLIC: Final = "public"
PRIVATE: Final = "private"
LOOPBACK: Final = "loopback"
NOWHERE: Final = "nowhere"  # link-local (metadata of clouds), multicast, unspecified, reserved


class UnreachableNetwork(OSError):
    """A name leads to a network that is none of those that may be meant."""


def network_of(address: str) -> str:
    """The kind of network that an IP address belongs to."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return LOOPBACK
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return NOWHERE
    return PUBLIC if ip.is_global else PRIVATE


def networks_of(host: str) -> frozenset[str]:
    """The kinds of networks that a host's addresses belong to now; none where it does not resolve."""
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return frozenset()
    return frozenset(network_of(str(row[4][0])) for row in rows)


def within(pool: PoolManager, networks: Collection[str]) -> PoolManager:
    """The pool, whose connections from now on end where they lead to another network, with UnreachableNetwork."""
    allowed = frozenset(networks)
    classes = pool.pool_classes_by_scheme
    pool.pool_classes_by_scheme = {scheme: _within(known, allowed) for scheme, known in classes.items()}
    return pool


@functools.cache
def _within(pool_class: Any, allowed: frozenset[str]) -> Any:
    def connected(self: Any) -> socket.socket:
        sock: socket.socket = pool_class.ConnectionCls._new_conn(self)
        if network_of(str(sock.getpeername()[0])) not in allowed:
            sock.close()
            raise UnreachableNetwork
        return sock

    connection = type("BoundConnection", (pool_class.ConnectionCls,), {"_new_conn": connected})
    return type("BoundPool", (pool_class,), {"ConnectionCls": connection})
