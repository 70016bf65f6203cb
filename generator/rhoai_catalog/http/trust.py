"""Where a token may go: over TLS, and only to hosts that whoever runs the program allows."""

from __future__ import annotations

import fnmatch
import ipaddress
import os
import re
from typing import Final
from urllib.parse import urlsplit

HOSTS: Final = "RHOAI_CATALOG_HOSTS"  # set outside the repository: hosts, or patterns such as *.example.net

ODD: Final = re.compile(r"[\\\x00-\x20\x7f]")  # a parser ends a host here, another one reads on, or leaves it out


def objection(url: str, *, plain_http: bool = False) -> tuple[str, str] | None:
    """Why no token goes to an address, and what to do; None where one may. `plain_http`: the configuration says so."""
    host, scheme = host_of(url), url.partition(":")[0].lower()
    if host is None:
        return "no token goes to an address that can be read in two ways", "write a plain address"
    allowed = os.environ.get(HOSTS, "").lower().replace(",", " ").split()
    if allowed and not any(fnmatch.fnmatchcase(host, pattern) for pattern in allowed):
        return f"no token goes to {host}, which {HOSTS} does not name", f"add it to {HOSTS}, if you trust it"
    if scheme != "https" and not plain_http and not is_loopback(host):
        hint = "use https; a source may say `plainHttp: true` where nobody can listen on the way"
        return f"a token goes over https only, not to {scheme}://{host}", hint
    return None


def host_of(url: str) -> str | None:
    """The host that an address names, in lower case; empty without one, None where not all would read the same."""
    try:
        return None if ODD.search(url) else (urlsplit(url).hostname or "").lower()
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
