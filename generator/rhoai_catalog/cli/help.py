"""`help`: the handbook at a terminal."""

from __future__ import annotations

from typing import Final

import click

from rhoai_catalog import handbook
from rhoai_catalog.cli.shell.output import tell

WIDTH: Final = 18  # of the column of topics


@click.command()
@click.argument("topic", required=False)
@click.pass_context
def help(context: click.Context, topic: str | None) -> None:
    """Print a page of the handbook; without a TOPIC the list of them. A command for a TOPIC: its options."""
    root = context.find_root()
    command = root.command.get_command(root, topic or "") if isinstance(root.command, click.Group) else None
    if command is not None:
        tell(command.get_help(click.Context(command, info_name=topic, parent=root)))
    elif topic is not None:
        tell(handbook.page(topic), newline=False)
    else:
        tell("".join(f"{name:{WIDTH}}{what}\n" for name, what in handbook.topics().items()))
        tell("`rhoai-catalog help TOPIC` prints a page.")
