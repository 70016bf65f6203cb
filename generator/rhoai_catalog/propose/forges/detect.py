"""Which forge a repository lies on: by its host, else by what the host answers to anybody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from rhoai_catalog import limits
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.client import Client, new_pool
from rhoai_catalog.http.errors import Wording
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.response import Response
from rhoai_catalog.http.traffic import Traffic

KNOWN: Final = {"github.com": "github", "gitlab.com": "gitlab", "codeberg.org": "gitea", "gitea.com": "gitea"}
ASKED: Final = (("gitea", "/api/v1/version"), ("gitlab", "/api/v4/version"), ("github", "/api/v3/meta"))
NAMED: Final = re.compile(r"github|gitlab|gitea|forgejo")
OTHER_NAMES: Final = {"forgejo": "gitea"}
POLICY: Final = Policy(tries=1, deadline=limits.CONNECT_SECONDS, largest=limits.MiB, retried=frozenset())


def detect_forge(url: str) -> str:
    """The forge of a web address: github, gitlab or gitea; empty where nothing says so. No token is sent."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return KNOWN.get(host) or _asked(f"{parts.scheme}://{parts.netloc}") or named_after(host)


def named_after(host: str) -> str:
    """The forge that the first label of a host speaks of; empty where it speaks of none."""
    named = NAMED.search(host.split(".")[0])
    return OTHER_NAMES.get(named[0], named[0]) if named else ""


def _asked(origin: str) -> str:
    """What a host itself answers to be; empty where it does not answer, or as none of them."""
    wording = Wording(f"the forge {origin}")
    traffic = Traffic(origin, seconds=limits.CONNECT_SECONDS)
    client = Client(origin, wording=wording, traffic=traffic, policy=POLICY, pool=new_pool(None, wording, POLICY))
    try:
        return next((forge for forge, path in ASKED if _is(forge, client.send("GET", path))), "")
    except GeneratorError:
        return ""
    finally:
        client.close()


def _is(forge: str, response: Response) -> bool:
    """Whether an answer is that of a forge's API: to anybody, or (GitLab) that it takes a token."""
    try:
        answer = response.json()
    except ValueError:
        return False
    if not isinstance(answer, Mapping):
        return False
    if forge == "gitlab":
        return (response.status == 401 and "message" in answer) or (response.status == 200 and "revision" in answer)
    return response.status == 200 and bool({"version", "installed_version"} & answer.keys())
