"""Connections that stop reading at a deadline, whatever drips: a byte of a header a second, of a chunk, of a body.

A socket's own timeout begins anew with every byte. Here every read may last only as long as is left.
"""

from __future__ import annotations

import functools
import http.client
import io
import math
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from urllib3 import PoolManager

BUFFER: Final = 1 << 16  # bytes
_UNTIL: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def reading_until(moment: float) -> Iterator[None]:
    """Whatever this thread reads from the pools below ends at a moment (time.monotonic), as a timeout."""
    before = _UNTIL.set(moment)
    try:
        yield
    finally:
        _UNTIL.reset(before)


def with_deadline(pool: PoolManager) -> PoolManager:
    """The pool, whose connections from now on keep the deadline."""
    pool.pool_classes_by_scheme = {scheme: _timed(known) for scheme, known in pool.pool_classes_by_scheme.items()}
    return pool


class _Stream(io.RawIOBase):
    """The bytes of a socket until a moment."""

    def __init__(self, sock: socket.socket, stream: Any, until: float) -> None:
        self._sock, self._stream, self._until = sock, stream, until
        self._pause = sock.gettimeout() or math.inf

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        if left < self._pause:
            self._sock.settimeout(left)
        count: int | None = self._stream.readinto(buffer)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """Reads its head and body through such a stream."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Stream(sock, self.fp.detach(), _UNTIL.get()), BUFFER)


@functools.cache
def _timed(pool_class: Any) -> Any:
    """A class of pools like another one, a proxy's perhaps, whose connections read so."""
    connection = type("TimedConnection", (pool_class.ConnectionCls,), {"response_class": _TimedResponse})
    return type("TimedPool", (pool_class,), {"ConnectionCls": connection})
