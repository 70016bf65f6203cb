"""How completely each source was listed, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rhoai_catalog.report.counting import named
from rhoai_catalog.snapshot import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All complete scopes of one source and kind as one, or one scope that is not complete; and whether it keeps
    something back.
    """

    source: str
    kind: str
    complete: bool
    listed: int
    reason: str = ""
    hint: str = ""
    withholds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason why listings are not complete, as a variable that many sources take their token from."""

    listings: tuple[Listing, ...]

    @property
    def one(self) -> Listing:
        """One of them, for what all have in common: the hint, and whether something is kept back."""
        return self.listings[0]

    @property
    def reason(self) -> str:
        return without_source(self.one.reason, self.one.source)

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(listing.source for listing in self.listings))

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(listing.kind for listing in self.listings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What could not be listed, each reason once with the sources concerned, and the one hint that they share."""

    messages: tuple[str, ...]
    hint: str


def listings(scopes: Sequence[Scope]) -> tuple[Listing, ...]:
    """Source by source, what is not complete first."""
    rows: list[Listing] = []
    for (source, kind), group in groupby(sorted(scopes, key=_key), key=lambda scope: (scope.source, scope.kind)):
        members = list(group)
        rows += [_incomplete(scope) for scope in members if not scope.complete]
        rows += _complete(source, kind, [scope for scope in members if scope.complete])
    return tuple(rows)


def causes(listed: Iterable[Listing]) -> tuple[Cause, ...]:
    """What listings are not complete for, each reason once."""
    alike: dict[tuple[str, str, bool], list[Listing]] = {}
    for one in listed:
        if not one.complete:
            alike.setdefault((without_source(one.reason, one.source), one.hint, one.withholds), []).append(one)
    return tuple(Cause(listings=tuple(some)) for some in alike.values())


def failures(scopes: Iterable[Scope]) -> tuple[Failure, ...]:
    """Why scopes keep something back, as a person at a terminal is told it."""
    return _told(scope for scope in scopes if scope.is_withheld)


def troubles(scopes: Iterable[Scope]) -> tuple[Failure, ...]:
    """What sources tell of trouble of their own that keeps nothing back."""
    return _told(scope for scope in scopes if not scope.complete and not scope.withholds)


def _told(scopes: Iterable[Scope]) -> tuple[Failure, ...]:
    concerned: dict[tuple[str, str], dict[str, None]] = {}  # the sources, by what is told of them and the hint
    for scope in scopes:
        reason = without_source(scope.reason, scope.source)
        is_named = scope.withholds and scope.namespace in reason  # what a source tells of itself need not name it
        place = f" in {scope.namespace}" if scope.namespace and not is_named else ""
        concerned.setdefault((f"{place}: {reason}", scope.hint), {})[scope.source] = None
    messages: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (told, hint), sources in concerned.items():
        messages.setdefault((tuple(sources), hint), []).append(f"{named(sources, 'source')}{told}")
    return tuple(Failure(messages=tuple(some), hint=hint) for (_, hint), some in messages.items())


def without_source(message: str, source: str) -> str:
    """A message without the source in front, for a line that names it already."""
    family, _, name = source.partition("/")
    return message.removeprefix(f"cluster {name}: ").removeprefix(f"{family} {name}: ")


def _key(scope: Scope) -> tuple[str, str, str]:
    return scope.source, scope.kind, scope.namespace


def _incomplete(scope: Scope) -> Listing:
    kind = f"{scope.kind} in {scope.namespace}" if scope.namespace else scope.kind
    return Listing(
        source=scope.source,
        kind=kind,
        complete=False,
        listed=scope.listed,
        reason=scope.reason,
        hint=scope.hint,
        withholds=scope.withholds,
    )


def _complete(source: str, kind: str, scopes: Sequence[Scope]) -> Iterable[Listing]:
    if scopes:
        yield Listing(source=source, kind=kind, complete=True, listed=sum(scope.listed for scope in scopes))
