"""The remote `origin`: what its refs point to, fetching, and pushing one ref by compare-and-swap."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from rhoai_catalog.errors import ProposeError
from rhoai_catalog.http.trust import objection
from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.refusal import LeaseLostError, SecretsRefusedError, hint_for, reason, secrets_in

REMOTE: Final = "origin"
_FETCH: Final = (
    "--quiet",
    "--no-tags",
    "--no-prune",
    "--no-recurse-submodules",
    "--no-auto-maintenance",
    "--no-write-fetch-head",
    "--refmap=",  # the checkout's own refs stay where they are
)
_ONE_REF: Final = ("-c", f"remote.{REMOTE}.mirror=false", "-c", "push.pushOption=")  # whatever else is pushed there
_PUSH: Final = ("--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")


def logged_in(git: Git, url: str, token: str | None) -> Git:
    """Git with the token as a header for the remote's own host, by environment: never in an argument or a file.

    It goes to the host of `url` alone, the repository as configured, and never where that host redirects to. A proxy
    that people set for Git is asked for https only, of which it reads nothing.
    """
    address = git.ended("remote", "get-url", REMOTE)
    if address.code:
        raise ProposeError(f"{git.root} has no remote {REMOTE}", "git remote add origin URL")
    remote, wanted = urlsplit(address.output.decode("utf-8", "replace").strip()), urlsplit(url)
    if not token or remote.scheme not in ("http", "https") or remote.hostname != wanted.hostname:
        return git
    if (why := objection(f"{remote.scheme}://{remote.netloc.rpartition('@')[2]}")) is not None:
        raise ProposeError(*why)
    header = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    key = f"http.{remote.scheme}://{remote.netloc.rpartition('@')[2]}/"
    settings = (
        (f"{key}.extraHeader", ""),  # takes back what a checkout in CI has set
        (f"{key}.extraHeader", f"Authorization: Basic {header}"),
        (f"{key}.followRedirects", "false"),
        *([(f"remote.{REMOTE}.proxy", "")] if remote.scheme == "http" else []),  # goes before every other setting
    )
    environment = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return replace(git, environment={**git.environment, **environment}, secrets=(*git.secrets, token, header))


def refs(git: Git, *names: str) -> dict[str, str]:
    """The commits that refs of the remote point to, by full name; one that is not there is not in the answer."""
    lines = git.run("ls-remote", "--quiet", "--refs", "--", REMOTE, *names).splitlines()
    listed = {ref: commit for commit, _, ref in (line.partition("\t") for line in lines)}
    return {name: listed[name] for name in names if name in listed}  # a name matches the ends of others too


def fetch(git: Git, *names: str, history: bool) -> None:
    """Fetch full refs. `history`: whole, as whose commits a branch holds cannot be told in a shallow clone."""
    shallow = history and git.run("rev-parse", "--is-shallow-repository") == "true"
    git.run("fetch", *_FETCH, *(["--unshallow"] if shallow else []), "--", REMOTE, *names)


def fetch_objects(git: Git, ids: list[str]) -> None:
    """Fetch objects that a partial clone has left out, in one go."""
    wanted = "".join(f"{name}\n" for name in ids).encode()
    git.run("fetch", *_FETCH, "--filter=blob:none", "--stdin", "--", REMOTE, stdin=wanted)


def push(git: Git, commit: str, ref: str, expected: str) -> None:
    """Point a full ref of the remote to a commit (empty: delete it), if it still points to `expected`.

    An empty `expected`: if it is not there. Raises LeaseLostError where it is not as expected any more, and
    ProposeError with the forge's reason where the push is refused.
    """
    lease = f"--force-with-lease={ref}:{expected}"
    ended = git.ended(*_ONE_REF, "push", *_PUSH, lease, "--", REMOTE, f"{commit}:{ref}")
    if ended.code == 0:
        return
    output = ended.output.decode("utf-8", "replace")
    message, hint = f"git push: {reason(output, ended.errors)}", hint_for(f"{output}\n{ended.errors}")
    refused = any(line.startswith("!") for line in output.splitlines())
    if refused and _pointed_to(git, ref) != expected:
        raise LeaseLostError(message, hint)
    if refused and (places := secrets_in(ended.errors)):
        raise SecretsRefusedError(message, hint, places)
    raise ProposeError(message, hint)


def try_push(git: Git, ref: str) -> None:
    """What a push begins with: the remote says what it has, to those who may push. Nothing is sent."""
    ended = git.ended(*_ONE_REF, "push", *_PUSH, "--dry-run", "--", REMOTE, f"+HEAD:{ref}")
    if ended.code:
        output = ended.output.decode("utf-8", "replace")
        raise ProposeError(f"git push: {reason(output, ended.errors)}", hint_for(f"{output}\n{ended.errors}"))


def _pointed_to(git: Git, ref: str) -> str:
    return refs(git, ref).get(ref, "")


def heads(git: Git, *branches: str) -> Mapping[str, str]:
    """The commits that branches of the remote point to; a branch that is not there is not in the answer."""
    commits = refs(git, *(f"refs/heads/{name}" for name in branches))
    return {ref.removeprefix("refs/heads/"): commit for ref, commit in commits.items()}
