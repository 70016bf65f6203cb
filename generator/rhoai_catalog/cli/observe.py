"""`observe`: what the sources hold, as a file; and how every other command comes to it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rhoai_catalog.catalog import require_own_folder
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.options import Common, NewFile, without_snapshot
from rhoai_catalog.cli.shell.output import WITHHELD, progress_lines, tell_incomplete
from rhoai_catalog.config import Config, read_config, require_sources

if TYPE_CHECKING:
    from rhoai_catalog.observation import Observation


def observation_of(config: Config, asked: Common) -> Observation:
    """What the sources hold, or held when the given snapshots were written."""
    from rhoai_catalog import pipeline

    require_own_folder(config.root)
    require_sources(config, asked.path)
    if asked.snapshots:
        return pipeline.observed_before(config, asked.snapshots)
    progress = progress_lines(asked.quiet, asked.verbose)
    with progress.waiting():
        return pipeline.read_sources(config, (), progress)


@click.command(cls=Command)
@without_snapshot("observe reads the sources themselves")
@click.option(
    "-o", "--output", type=NewFile("the snapshot"), required=True, help="The file that the snapshot is written into."
)
@click.option("--source", "sources", multiple=True, help="Only this source of generator.yaml; repeatable.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="A snapshot from before: of registries and catalogs, only what may have changed is asked for.",
)
def observe(asked: Common, output: Path, sources: tuple[str, ...], since: Path | None) -> None:
    """Only read: write what the sources hold into a snapshot."""
    from rhoai_catalog import pipeline
    from rhoai_catalog.describe import is_withheld
    from rhoai_catalog.snapshot import read_snapshots, write_snapshot

    before = read_snapshots([since]) if since else None
    progress = progress_lines(asked.quiet, asked.verbose)
    config = read_config(asked.path, asked.trusted)
    require_sources(config, asked.path)
    with progress.waiting():
        snapshot = pipeline.read_sources(config, sources, progress, before).snapshot
    write_snapshot(output, snapshot)
    tell_incomplete(snapshot.scopes, quiet=asked.quiet)
    sys.exit(WITHHELD if is_withheld(snapshot, config) else 0)
