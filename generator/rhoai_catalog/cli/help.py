"""`help`: the handbook at a terminal."""

from __future__ import annotations

import sys
from typing import Final

import click

from rhoai_catalog import handbook, report
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.output import columns, has_colour, tell

WIDTH: Final = 18  # of the column of topics


@click.command(cls=Command)
@click.argument("topic", required=False)
@click.pass_context
def help(context: click.Context, topic: str | None) -> None:
    """Print a page of the handbook; without a TOPIC, the list of them. With the name of a command: its options.

    Elsewhere than at a terminal, a page is the Markdown that it is written in.
    """
    root = context.find_root()
    command = root.command.get_command(root, topic or "") if isinstance(root.command, click.Group) else None
    if command is not None:
        tell(command.get_help(click.Context(command, info_name=topic, parent=root)))
    elif topic is not None:
        page = handbook.page(topic)
        if sys.stdout.isatty():
            page = report.handbook_text(page, colour=has_colour(), columns=columns())
        tell(page, newline=False)
    else:
        tell("".join(f"{name:{WIDTH}}{what}\n" for name, what in handbook.topics().items()))
        tell("`rhoai-catalog help TOPIC` prints a page.")
