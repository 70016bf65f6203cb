"""Credentials in texts: a user and a password in an address, and parameters that look like keys, are taken out."""

from __future__ import annotations

import re
from typing import Final

USERINFO: Final = re.compile(  # in an address: `user:password@`, the password perhaps with a slash, or `user@`
    r"(?<=://)([^\s/?#@:]{1,100}:(?!\d+[/?#])[^\s@]{0,300}"
    r"|(?<!abfs://)(?<!abfss://)(?<!wasb://)(?<!wasbs://)[^\s/?#@:]{1,300})@(?!sha\d+:)"  # there it is a container
)
SECRET_QUERY: Final = re.compile(
    r"(?i)([?&][^=&\s#]{0,100}(?:token|secret|password|signature|credential|sig|key)[^=&\s#]{0,100}=)[^&\s#\"'<>)\]]+"
)


def without_credentials(text: str) -> str:
    """A text whose addresses name no user and no password, and no value of a parameter that looks like a key."""
    return SECRET_QUERY.sub(r"\1", without_userinfo(text)) if "://" in text else text


def without_userinfo(text: str) -> str:
    """A text whose addresses name no user and no password; a password with `@` in it takes a second look."""
    while "://" in text and (bare := USERINFO.sub("", text)) != text:
        text = bare
    return text
