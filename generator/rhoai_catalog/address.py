"""Addresses that anybody may have written, taken apart."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rhoai_catalog import limits

_IGNORED: Final = re.compile(r"[\t\r\n]")  # as `urlsplit` does
_LONG_HOST: Final = re.compile(rf"[^/?#]*//[^/?#]{{{limits.HOST}}}")


def split_url(url: str) -> SplitResult:
    """The parts of a URL. Raises ValueError as `urlsplit`, which compares a host with its normal form, and sorts the
    marks in it for that in quadratic time: so also where it is longer than any.
    """
    if not url.isascii() and _LONG_HOST.match(_IGNORED.sub("", url)):
        raise ValueError("its host is longer than any")
    return urlsplit(url)


def shown(url: str) -> str:
    """An address as a person may be told it: scheme, host, port and path, and nothing that could be a secret."""
    try:
        parts = split_url(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an address that is none"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
