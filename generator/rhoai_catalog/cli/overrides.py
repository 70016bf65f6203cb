"""`overrides`: the ledger of hand edits; `overrides drop` gives one back, `overrides keep` pins a value."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Final

import click

from rhoai_catalog import report
from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.cli.shell.commands import CommandGroup
from rhoai_catalog.cli.shell.options import Common, without_snapshot
from rhoai_catalog.cli.shell.output import FOUND, columns, has_colour, tell, tell_note, tell_report
from rhoai_catalog.config import Config, read_config
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.plan import Override

STATES: Final = ("active", "now equal", "conflict", "orphan", "deleted")


@click.group(cls=CommandGroup, invoke_without_command=True)
@without_snapshot()
@click.option("--owner", help="Only of what this owner has.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="Only in this file or folder of catalog/.")
@click.option("--person", help="Only by people whose name or address in Git has this in it.")
@click.option("--state", type=click.Choice(STATES), multiple=True, help="Only in this state; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="The ledger for machines.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where an edit is stale: now equal, in conflict, orphaned.")
@click.pass_context
def overrides(
    context: click.Context,
    asked: Common,
    owner: str | None,
    file: Path | None,
    person: str | None,
    state: tuple[str, ...],
    as_json: bool,
    exit_code: bool,
) -> None:
    """Tell every hand edit: what stands there, what would be generated, who wrote it and when; no source is asked."""
    from rhoai_catalog import changes, hand_edits

    context.obj = asked
    if context.invoked_subcommand is not None:
        return
    config = read_config(asked.path, asked.trusted)
    folder = str(file).removeprefix(f"{config.root}/").removeprefix(f"{config.root.absolute()}/") if file else ""

    def is_asked_for(row: Override) -> bool:
        return (
            (owner is None or owner in (row.owner, row.owner.rpartition("/")[2]))
            and (not folder or _lies_in(row.file, folder))
            and (person is None or person.lower() in row.person.lower())
            and (not state or row.state in state)
        )

    every, unreadable = hand_edits.overrides(config)
    if folder:
        _require_place(config, folder, {row.file for row in every})
    rows = [row for row in every if is_asked_for(row)]
    for problem in unreadable:
        tell_note(f"{problem}; what people own there is not told")
    if as_json:
        tell(report.overrides_json(rows))
    else:
        tell_report(report.overrides_text(rows, colour=has_colour(), columns=columns()))
    sys.exit(FOUND if exit_code and any(row.state in changes.STALE for row in rows) else 0)


def _lies_in(file: str, folder: str) -> bool:
    return file == folder or file.startswith(f"{folder.rstrip('/')}/")


def _require_place(config: Config, folder: str, edited: Collection[str]) -> None:
    """Raise where nothing is or was at a place of the catalog."""
    inside = not Path(folder).is_absolute() and (config.root / folder).exists()
    if inside or any(_lies_in(file, folder) for file in edited):
        return
    places = set(edited) | {str(above) for file in edited for above in PurePosixPath(file).parents}
    near = did_you_mean(folder, places - {"."})
    raise ConfigError(
        f"the catalog has no file or folder {folder}", near or "name it as `rhoai-catalog overrides` does"
    )


@overrides.command(short_help="Give edits back: they are generated again.")
@without_snapshot()
@click.argument("ref", required=False)
@click.argument("pointer", required=False)
@click.option("--all", "everything", is_flag=True, help="Every edit of REF; without REF, every edit there is.")
@click.option("--now-equal", is_flag=True, help="Every edit that the source has caught up with.")
def drop(asked: Common, ref: str | None, pointer: str | None, everything: bool, now_equal: bool) -> None:
    """Give a value, section, entity or page back: the next run generates it again. Only catalog/.base changes.

    REF is an entity (kind:namespace/name) or page, POINTER a value or heading as `overrides` tells it.
    """
    from rhoai_catalog import changes, hand_edits

    if not (everything or now_equal or ref):
        raise click.UsageError("name what to drop (REF), or say --all or --now-equal")
    if ref and not (pointer or everything or now_equal):
        pointer = ""  # the thing itself, where it was deleted; else it must be said what of it

    def chosen(row: Override) -> bool:
        if now_equal:
            return row.state == "now equal"
        return everything or row.pointer == pointer or (bool(pointer) and changes.is_called(row.pointer, str(pointer)))

    config = read_config(asked.path, asked.trusted)
    rows = hand_edits.give_back(config, chosen, ref)
    if not rows and not now_equal:
        near = hand_edits.edit_meant(config, ref, pointer) if ref and pointer else ""
        hint = near or "`rhoai-catalog overrides` tells what can be; or say --all"
        raise ConfigError(f"nothing of {ref or 'the catalog'} was given back", hint)
    tell_report(report.given_back_text(rows, colour=has_colour(), columns=columns()))


@overrides.command(short_help="Pin values that nobody edited.")
@without_snapshot()
@click.argument("ref")
@click.argument("pointer", required=False)
def keep(asked: Common, ref: str, pointer: str | None) -> None:
    """Pin a value that nobody edited, or each value that a thing has now: it stays, whatever its source says."""
    from rhoai_catalog import hand_edits

    count = hand_edits.pin(read_config(asked.path, asked.trusted), ref, pointer)
    tell("1 value is kept as it stands" if count == 1 else f"{count} values are kept as they stand")
