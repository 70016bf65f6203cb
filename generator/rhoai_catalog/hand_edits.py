"""What people own in the catalog on disk: told, given back to the generator, pinned, and taken over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from rhoai_catalog import catalog, changes, merge, propose
from rhoai_catalog.adoption import Adoption
from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config
from rhoai_catalog.describe import describe
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Override
from rhoai_catalog.problem import Problem


def overrides(config: Config) -> tuple[tuple[Override, ...], tuple[Problem, ...]]:
    """What people own in the catalog on disk, and who made it so; no source is asked. And the files of which nobody can
    tell, as they cannot be read.
    """
    current = _on_disk(config)
    blame = changes.Blame(authors=propose.authors, remover=propose.remover)
    rows = changes.overrides(current)
    people = changes.people_of(rows, current, config.root, blame)
    told = tuple(replace(row, person=person) for row, person in zip(rows, people, strict=True))
    return told, tuple(current.broken.values())


def give_back(config: Config, chosen: Callable[[Override], bool], ref: str | None) -> tuple[Override, ...]:
    """Let the next run generate hand edits again: of one thing, or of all. Returns what was given back."""
    current = _on_disk(config)
    name = changes.require_known(current, ref) if ref else None
    files, rows = changes.given_back(current, lambda row: chosen(row) and name in (None, row.what))
    catalog.write_files(config.root, files)
    return rows


def edit_meant(config: Config, ref: str, pointer: str) -> str:
    """`did you mean owner?`, of the hand edits of a thing; empty where none is alike."""
    current = _on_disk(config)
    return changes.edit_meant(current, changes.require_known(current, ref), pointer)


def pin(config: Config, ref: str, pointer: str | None) -> int:
    """Keep a value, or each that a thing has now, as it stands, whatever its source says. Returns how many.

    Raises ConfigError where there is none.
    """
    current = _on_disk(config)
    name = changes.require_known(current, ref)
    files, count = changes.pinned(current, name, pointer)
    if not count:
        near = changes.value_meant(current, name, pointer) if pointer else ""
        what = f"nothing called {pointer}" if pointer else "no value that could be kept"
        raise ConfigError(f"{ref} has {what}", near or "`rhoai-catalog explain` tells its values")
    catalog.write_files(config.root, files)
    return count


def adoptable(config: Config, observation: Observation, refs: Collection[str]) -> tuple[Adoption, ...]:
    """Entities made by hand or by other tools that show what was observed; of all, or of these. Raises ConfigError."""
    current = _on_disk(config)
    rows = changes.adoptable(current, describe(observation.snapshot, config, current.known()))
    names = {str(EntityRef.parse(ref) or ref) for ref in refs}
    if unknown := names - {row.what for row in rows}:
        near = did_you_mean(sorted(unknown)[0], (row.what for row in rows))
        hint = near or "`rhoai-catalog adopt` without a name tells what can be adopted"
        raise ConfigError(f"nothing that was observed is shown by {sorted(unknown)[0]}", hint)
    return tuple(row for row in rows if not names or row.what in names)


def adopt(config: Config, observation: Observation, rows: Collection[Adoption]) -> None:
    """Take entities over: base lines are written, and nothing else."""
    before = _on_disk(config)
    chosen = [row for row in rows if not row.problem]
    current = merge.load(changes.provisional(before, chosen), (), config.renamed)
    description = describe(observation.snapshot, config, current.known())
    catalog.write_files(config.root, changes.adopted(current, description, chosen))


def _on_disk(config: Config) -> merge.Current:
    files = catalog.read_files(config.root)
    return merge.load(files.texts, files.unreadable, config.renamed)
