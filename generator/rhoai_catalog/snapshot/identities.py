"""What a thing is in its source, and what a source that was found is called."""

from __future__ import annotations

import hashlib
import re


def discovered_name(cluster: str, service: str) -> str:
    """The name of a source that was found in a cluster, by its Service there: a source name, whatever that is."""
    wanted = f"{cluster}-{service}"
    if re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?", wanted):
        return wanted
    suffix = hashlib.sha256(wanted.encode()).hexdigest()[:8]
    return f"{re.sub(r'[^a-z0-9-]+', '-', wanted.lower())[:21].strip('-')}-{suffix}"
