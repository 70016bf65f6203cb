"""The names for `model` that are shown of a server: those that a caller can type, up to what a reader looks through."""

from __future__ import annotations

from rhoai_catalog import limits
from rhoai_catalog.snapshot import Fact, InferenceService, Unknown
from rhoai_catalog.text.prose import line


def shown_names(server: InferenceService) -> Fact[tuple[str, ...]]:
    """The first names, in the server's order, and where they stand."""
    names = server.served_model_names
    return (
        names if isinstance(names.value, Unknown) else Fact(_typeable(names.value)[: limits.SERVED_NAMES], names.origin)
    )


def further_names(server: InferenceService) -> int:
    """How many names could be typed as well."""
    names = server.served_model_names.value
    return 0 if isinstance(names, Unknown) else max(0, len(_typeable(names)) - limits.SERVED_NAMES)


def why_unshown(server: InferenceService) -> str:
    """How many names are not shown, and why; empty where all are."""
    names = server.served_model_names.value
    if isinstance(names, Unknown):
        return ""
    odd, more = len(names) - len(_typeable(names)), further_names(server)
    reasons = [f"{odd:,} cannot be typed: too long, or with line breaks or characters that nobody sees"] if odd else []
    reasons += [f"{more:,} more than the first {limits.SERVED_NAMES}"] if more else []
    return f"of {len(names):,} served model names are not shown: {'; '.join(reasons)}" if reasons else ""


def _typeable(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name and name == line(name) and len(name) <= limits.SERVED_NAME)
