"""Tokens and keys of well-known shapes: masked before anything sees them, so that no forge refuses a push for them.

The shapes are those that their issuers publish, and that forges look for when they guard a push. Nothing is guessed
from randomness or from the words beside it: model cards are full of hashes. detect-secrets was tried in this place: it
knows no token of Hugging Face, NVIDIA, Google or OpenShift, and none of GitHub's newer ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rhoai_catalog.text.credentials import without_credentials

LEAST_VARIED: Final = 8  # different characters in a secret; fewer are a placeholder such as hf_xxxxxxxx
PLACEHOLDER: Final = re.compile(rb"EXAMPLE|example|XXXX|xxxx|1234567")
INSIDE: Final = re.compile(  # in a longer word; JSON may write what stands before it as \n or \u00e9
    rb"(?<=[A-Za-z0-9_-])(?<!\\[nrt])(?<!\\u[0-9A-Fa-f]{4})"
)

_WORD: Final = "[A-Za-z0-9_-]"
_ROWS: Final = (  # what it is; how it begins; how it goes on, with bounds that keep every match short
    ("private key", "-----BEGIN ", '[A-Z0-9 ]{0,40}-----(?:[^-"<`]|-(?!----)){40,20000}-----END [A-Z0-9 ]{0,40}-----'),
    ("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", "[A-Za-z0-9]{36,251}"),
    ("GitHub token", "github_pat_", "[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    ("GitLab token", "glpat- gldt- glft- glsoat- glrt- glcbt- glptt- glagent- gloas-", "[A-Za-z0-9_.-]{20,1024}"),
    ("Hugging Face token", "hf_ api_org_", "[A-Za-z]{34}(?![A-Za-z0-9_])"),
    ("NVIDIA token", "nvapi-", f"{_WORD}{{60,70}}"),
    ("Anthropic key", "sk-ant-", f"{_WORD}{{80,120}}"),
    ("OpenAI key", "sk-", f"{_WORD}{{20,120}}T3BlbkFJ{_WORD}{{20,120}}"),
    ("Groq key", "gsk_", "[A-Za-z0-9]{52}"),
    ("Replicate token", "r8_", "[A-Za-z0-9]{37}"),
    ("OpenShift token", "sha256~", f"{_WORD}{{43}}"),
    ("JSON Web Token", "eyJ", rf"{_WORD}{{10,4000}}\.eyJ{_WORD}{{10,8000}}\.{_WORD}{{20,2000}}"),
    ("AWS access key", "AKIA ASIA", "[A-Z2-7]{16}(?![A-Za-z0-9])"),
    (
        "AWS secret key",
        "aws_secret_access_key AWS_SECRET_ACCESS_KEY",
        r"""[\\"' ]{0,6}[=:][\\"' ]{0,6}[A-Za-z0-9/+]{40}""",
    ),
    ("Google key", "AIza", f"{_WORD}{{35}}"),
    ("Google token", "ya29.", f"{_WORD}{{30,500}}"),
    ("Azure storage key", "AccountKey=", "[A-Za-z0-9+/]{86}=="),
    ("Databricks token", "dapi", "[0-9a-f]{32}"),
    ("Docker token", "dckr_pat_ dckr_oat_", f"{_WORD}{{27,40}}"),
    ("Slack token", "xoxb- xoxp- xoxa- xoxe- xoxo- xoxr- xoxs-", "[A-Za-z0-9-]{20,250}"),
    ("Slack webhook", "hooks.slack.com/services/", "T[A-Za-z0-9]{8,14}/B[A-Za-z0-9]{8,14}/[A-Za-z0-9]{20,30}"),
    ("Stripe key", "sk_live_ rk_live_", "[A-Za-z0-9]{24,200}"),
    ("SendGrid key", "SG.", rf"{_WORD}{{22}}\.{_WORD}{{43}}"),
    ("npm token", "npm_", "[A-Za-z0-9]{36}"),
    ("PyPI token", "pypi-AgE", f"{_WORD}{{50,500}}"),
    ("Vault token", "hvs. hvb.", f"{_WORD}{{90,300}}"),
)
SHAPES: Final = {
    begin.encode(): (kind, re.compile((re.escape(begin) + rest).encode()))
    for kind, begins, rest in _ROWS
    for begin in (begins.split() if begins.strip() == begins else [begins])
}


def _any_of(words: Iterable[bytes]) -> re.Pattern[bytes]:
    """One pass over a text for the longest of the words at each place; by their first letters, which cost the time."""
    branches: dict[bytes, list[bytes]] = {}
    for word in sorted(words, key=len, reverse=True):
        branches.setdefault(re.escape(word[:1]), []).append(re.escape(word[1:]))
    return re.compile(b"|".join(first + b"(?:" + b"|".join(rest) + b")" for first, rest in branches.items()))


BEGINS: Final = _any_of(SHAPES)
MASK: Final = re.compile(r"\[removed: what looks like an? ([A-Za-z ]{1,30})\]")


def without_secrets(text: bytes) -> bytes:
    """A text, or JSON, in which a mask stands where a secret stood."""
    pieces, end = [], 0
    for begin in BEGINS.finditer(text):
        kind, shape = SHAPES[begin[0]]
        if begin.start() < end or INSIDE.match(text, begin.start()):
            continue
        secret = shape.match(text, begin.start())
        if secret and len(set(secret[0])) >= LEAST_VARIED and not PLACEHOLDER.search(secret[0]):
            mask = f"[removed: what looks like {'an' if kind[0] in 'AO' else 'a'} {kind}]"
            pieces += [text[end : begin.start()], mask.encode()]
            end = secret.end()
    return b"".join([*pieces, text[end:]]) if pieces else text


def masked(text: str) -> str:
    """What people wrote, for a report: without secrets, and without the credentials of addresses."""
    return without_secrets(without_credentials(text).encode("utf-8", "replace")).decode()


def masked_in(text: str) -> Iterator[str]:
    """The kinds of secrets that were masked in a text."""
    return (match[1] for match in MASK.finditer(text)) if "[removed: " in text else iter(())
