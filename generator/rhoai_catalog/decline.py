"""What people declined: single changes, each told by the thing, the value or section, and what it would become.

A change is the same whatever stood there before, whoever proposed it, and in whichever pull request; with another new
value it is another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from rhoai_catalog.base import stand_in
from rhoai_catalog.identity import Identity, Key, SourceKey
from rhoai_catalog.plan import Change, Operation, Upkeep

FORGE: Final = 0  # in place of a pull request: the forge refuses to take the change
WHOLE: Final = ""  # in place of a pointer: the entity or page itself comes or goes
Former = Mapping[SourceKey, Sequence[SourceKey]]  # what sources that were renamed were called before
DIGITS: Final = 20  # hexadecimal ones of a digest


def digest_of(key: Key, pointer: str, new: Any) -> str:
    """A change by its digest: `new` is the value or the section's own digest; None where it goes."""
    canonical = json.dumps([*key, pointer, stand_in(new)], ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:DIGITS]


def digests(changes: Iterable[Change]) -> frozenset[str]:
    """All that a pull request with these changes proposes; what people wrote into it themselves is no proposal."""
    proposed: set[str] = set()
    for change in changes:
        if change.by_hand or not change.key.identity:
            continue
        if change.operation is Operation.UPDATE:
            proposed |= {digest_of(change.key, v.pointer, v.written) for v in change.values if not v.by_hand}
        else:
            proposed.add(digest_of(change.key, WHOLE, change.content or None))
    return frozenset(proposed)


def upkeep_digests(upkeep: Iterable[Upkeep]) -> frozenset[str]:
    """What happens to files that tell of no thing. It follows from the rest, so only on its own is it declined."""
    return frozenset(digest_of(Key(Identity("catalog"), row.file), WHOLE, row.what) for row in upkeep)


class Denial(NamedTuple):
    """A change that is not made: its digest, and the pull request in which people declined it, or FORGE."""

    pull: int
    digest: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The digests of declined changes, each with the number of the pull request in which it was, or FORGE.

    `former` is what sources that were renamed were called before: what was declined then is declined.
    """

    pulls: Mapping[str, int] = field(default_factory=dict)
    former: Former = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.pulls)

    def and_refused(self, changes: Iterable[str]) -> Declined:
        """These, and changes that the forge does not take."""
        return replace(self, pulls={**self.pulls, **dict.fromkeys(changes, FORGE)})

    def denial(self, key: Key, pointer: str, new: Any, called: str = "") -> Denial | None:
        """Where a change was declined, if it was; also under a pointer that the value has by another name."""
        pointers = (pointer, called) if called else (pointer,)
        digests = (digest_of(named, at, new) for named in self._keys(key) for at in pointers)
        return next((Denial(self.pulls[digest], digest) for digest in digests if digest in self.pulls), None)

    def _keys(self, key: Key) -> Iterator[Key]:
        """The key of a thing, and those that it had."""
        if self.pulls:
            yield key
            for source in self.former.get(key.identity.source, ()):
                yield key._replace(identity=key.identity.in_source(source))


NOTHING: Final = Declined()
