"""What a source and a thing in it are called, for good: parsed and written here only.

A source is `<family>/<name>`; a thing is what people named it in its source, `<family>/<name>/<part>/…`, each part
percent-encoded where it must be. Both are texts, and compare, sort and are written as such.
"""

from __future__ import annotations

import functools
import hashlib
import re
from typing import NamedTuple, Self
from urllib.parse import unquote


class SourceKey(str):
    """A source of the estate: `kserve/east`, `model-registry/shared`."""

    __slots__ = ()

    @classmethod
    def of(cls, family: str, name: str) -> Self:
        return cls(f"{family}/{name}")

    @property
    def family(self) -> str:
        return self.partition("/")[0]

    @property
    def name(self) -> str:
        return self.partition("/")[2]

    def group(self, kind: str) -> str:
        """All things of one kind in the source, as limits and `--allow-removal` speak of them."""
        return f"{self}/{kind}"


class Identity(str):
    """A thing in its source: `kserve/east/payments/InferenceService/fraud`; what a catalog itself has is `catalog`."""

    __slots__ = ()

    @classmethod
    def of(cls, family: str, source_name: str, *parts: str) -> Self:
        return cls(joined(family, source_name, *parts))

    @property
    def source(self) -> SourceKey:
        return SourceKey("/".join(self.split("/", 2)[:2]))

    @property
    def parts(self) -> tuple[str, ...]:
        """What names the thing below its source, decoded."""
        return tuple(unquote(part) for part in self.split("/")[2:])

    def in_source(self, source: SourceKey) -> Identity:
        """The same thing in a source of another name."""
        return Identity("/".join([source, *self.split("/")[2:]]))


class Key(NamedTuple):
    """What one line of the base is for: an identity and the kind of its entity, or the path of a page in its site."""

    identity: Identity
    name: str


@functools.lru_cache(maxsize=1 << 16)  # a run asks for the identity of the same thing many times
def joined(*parts: str) -> str:
    """Parts joined by `/`, in each of which `/`, `%`, white space and control characters are percent-encoded."""
    return "/".join(map(encoded, parts))


def encoded(part: str, reserved: str = "/%") -> str:
    """A text with its reserved characters, white space and control characters percent-encoded."""
    if part.isprintable() and not any(map(part.__contains__, (" ", *reserved))):
        return part
    return "".join(_encoded(c) if c in reserved or c.isspace() or not c.isprintable() else c for c in part)


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def discovered_name(cluster: str, service: str) -> str:
    """The name of a source that was found in a cluster, by its Service there: a source name, whatever that is."""
    wanted = f"{cluster}-{service}"
    if re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?", wanted):
        return wanted
    suffix = hashlib.sha256(wanted.encode()).hexdigest()[:8]
    return f"{re.sub(r'[^a-z0-9-]+', '-', wanted.lower())[:21].strip('-')}-{suffix}"
