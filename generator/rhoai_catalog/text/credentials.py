"""Credentials in texts: a user and a password in an address, and parameters that look like keys, are taken out."""

from __future__ import annotations

import re
from typing import Final

_PASSWORD: Final = r"[^\s/?#@:]{1,100}+:(?!\d+[/?#])[^\s@]{0,300}+@(?!sha\d+:)"  # with its user; perhaps with a slash
_USER: Final = r"[^\s/?#@:]{1,300}+@(?!sha\d+:)"
USERINFO: Final = re.compile(  # in an address, up to the last `@`; of a container, which stands like a user, nothing
    rf"://(?:(?:(?<=abfs://|wasb://)|(?<=abfss://|wasbs://))(?:{_PASSWORD})++"
    rf"|(?<!abfs://|wasb://)(?<!abfss://|wasbs://)(?:{_PASSWORD}|{_USER})++)"
)
_KEY: Final = "token|secret|password|signature|credential|sig|key"
SECRET_QUERY: Final = re.compile(  # the name of any other parameter is passed over as a whole
    rf"(?i)([?&](?:(?!{_KEY})[^=&\s#])*+(?:{_KEY})[^=&\s#]*+=)[^&\s#\"'<>)\]]++|[?&][^=&\s#]*+"
)


def without_credentials(text: str) -> str:
    """A text whose addresses name no user and no password, and no value of a parameter that looks like a key."""
    if "://" not in text:
        return text
    return SECRET_QUERY.sub(lambda match: match[1] or match[0], without_userinfo(text))


def without_userinfo(text: str) -> str:
    """A text whose addresses name no user and no password."""
    return USERINFO.sub("://", text) if "://" in text else text
