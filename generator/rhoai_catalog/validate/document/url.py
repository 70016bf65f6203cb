"""Whether the URL parser of browsers and Node (`new URL(text)`, the WHATWG URL standard) accepts a text.

Backstage asks it of links. Hosts outside ASCII are judged by Unicode categories instead of the full IDNA tables.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes

from rhoai_catalog import limits
from rhoai_catalog.text.prose import decomposed

SPECIAL: Final = ("http", "https", "ws", "wss", "ftp")
FORBIDDEN: Final = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")  # in a domain
FORBIDDEN_OPAQUE: Final = re.compile(r"[\x00\t\n\r #/:<>?@\[\\\]^|]")  # in the host of any other scheme
IGNORED: Final = re.compile("[\u00ad\u034f\u180b-\u180f\u200b\u2060\u2064\ufe00-\ufe0f\ufeff]")


def is_url(text: str) -> bool:
    text = re.sub(r"[\t\n\r]", "", text.strip("".join(map(chr, range(0x21)))))
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", text)
    if not match:
        return False
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme == "file":
        return _is_file(rest)
    if scheme in SPECIAL:
        return _is_authority(re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0], special=True)
    if not rest.startswith("//"):
        return True
    authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
    return not authority or _is_authority(authority, special=False)


def _is_file(rest: str) -> bool:
    match = re.match(r"[/\\]{2}([^/\\?#]*)", rest)
    host = match[1] if match else ""
    return not host or re.fullmatch(r"[A-Za-z][:|]", host) is not None or _is_host(host, special=True)


def _is_authority(text: str, *, special: bool) -> bool:
    """`[user[:password]@]host[:port]`, the host not empty."""
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\[]*)(?::([0-9]*))?", text.rpartition("@")[2])
    return match is not None and _is_port(match[2] or "") and _is_host(match[1], special=special)


def _is_port(digits: str) -> bool:
    significant = digits.lstrip("0")
    return len(significant) <= 5 and int(significant or 0) <= 65535


def _is_host(text: str, *, special: bool) -> bool:
    if text.startswith("["):
        return text.endswith("]") and _is_ipv6(text[1:-1])
    if special:
        return _is_domain(text)
    return text != "" and not FORBIDDEN_OPAQUE.search(text)


def _is_ipv6(text: str) -> bool:
    try:
        return "%" not in text and ipaddress.IPv6Address(text) is not None
    except ValueError:
        return False


def _is_domain(text: str) -> bool:
    domain = _mapped(unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace"))
    if not domain or FORBIDDEN.search(domain):
        return False
    if not all(_is_label(label) for label in domain.split(".")):
        return False
    parts = domain.removesuffix(".").split(".")
    ends_in_number = parts[-1].isascii() and (parts[-1].isdigit() or _number(parts[-1]) is not None)
    return _is_ipv4(parts) if ends_in_number else True


def _mapped(text: str) -> str:
    """The text as IDNA compares it (UTS #46): ignorable characters gone, compatible ones and case folded."""
    if text.isascii():
        return text.lower()
    folded = composed(composed(IGNORED.sub("", text)).casefold())
    return folded.replace("\u3002", ".")


def composed(text: str) -> str:
    """NFKC of a text of any length: `unicodedata` sorts marks that are out of order in quadratic time."""
    characters = "".join(map(decomposed, text))
    runs = itertools.groupby(characters, key=lambda character: unicodedata.combining(character) > 0)
    ordered = (sorted(run, key=unicodedata.combining) if is_marks else run for is_marks, run in runs)
    return unicodedata.normalize("NFKC", "".join(itertools.chain.from_iterable(ordered)))


def _is_label(label: str) -> bool:
    if label.startswith("xn--"):
        if len(label) > limits.PUNYCODE:
            return False
        try:
            decoded = label[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            return False
        return bool(decoded) and not decoded.isascii() and _mapped(decoded) == decoded and _is_label(decoded)
    if label.isascii():
        return True
    categories = [unicodedata.category(character) for character in label]
    if categories[0][0] == "M" or "\ufffd" in label:
        return False
    return all(category[0] in "LMNPS" for category in categories) and _is_one_direction(label)


def _is_one_direction(label: str) -> bool:
    """Whether a label that is written from right to left somewhere is so throughout, as Node applies RFC 5893."""
    classes = [unicodedata.bidirectional(character) for character in label]
    used, last = set(classes), next((c for c in reversed(classes) if c != "NSM"), "NSM")
    if not used & {"R", "AL", "AN"}:
        return True
    neutral = {"EN", "ES", "CS", "ET", "ON", "BN", "NSM"}
    return used <= {"R", "AL", "AN", *neutral} and last in ("R", "AL", "EN", "AN") and not {"EN", "AN"} <= used


def _is_ipv4(parts: list[str]) -> bool:
    numbers = [_number(part) for part in parts]
    if len(numbers) > 4 or any(number is None for number in numbers):
        return False
    *first, last = [number or 0 for number in numbers]
    return all(number <= 255 for number in first) and last < 256 ** (4 - len(first))


def _number(text: str) -> int | None:
    """A part of an IPv4 address: decimal, octal (`017`) or hexadecimal (`0xf`, and `0x` for 0)."""
    if re.fullmatch(r"0x[0-9a-f]{0,99}", text):
        return int(text[2:] or "0", 16)
    if re.fullmatch(r"0[0-7]{1,99}", text):
        return int(text, 8)
    return int(text) if re.fullmatch(r"0|[1-9][0-9]{0,99}", text) else None
