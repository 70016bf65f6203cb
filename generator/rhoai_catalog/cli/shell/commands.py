"""The commands by name, each imported when it is asked for: most of them need what the others do not."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import click

from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.cli.shell.output import tell_error, tell_hint
from rhoai_catalog.cli.shell.streams import open_missing
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.text.terminal import terminal_lines

COLLECT: Final = 200_000  # new objects: a run makes many that live to its end, and to look through them costs a fifth


class Summary(NamedTuple):
    """The module of `cli` that a command is in, and what it does."""

    module: str
    text: str


class Commands(click.Group):
    """Turns what a user can mend into `error:` and `hint:`; a bug keeps its traceback."""

    def __init__(self, *arguments: Any, table: Mapping[str, Summary], **others: Any) -> None:
        super().__init__(*arguments, **others)
        self.table = table

    def main(self, *arguments: Any, **others: Any) -> Any:
        open_missing()
        return super().main(*arguments, **others)

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.table:
            return None
        command: click.Command = getattr(import_module(f"rhoai_catalog.cli.{self.table[name].module}"), name)
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = arguments[0]
        if name not in self.table and (near := did_you_mean(name, self.table)) and not context.resilient_parsing:
            context.fail(f"No such command '{name}'; {near}")
        return super().resolve_command(context, arguments)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary.text) for name, summary in self.table.items()])

    def invoke(self, context: click.Context) -> Any:
        gc.set_threshold(COLLECT)
        try:
            return super().invoke(context)
        except GeneratorError as error:
            tell_error(error.message)
            tell_hint(error.hint)
            context.exit(error.exit_code)
        except click.UsageError as error:
            raise click.UsageError(terminal_lines(error.format_message()), error.ctx) from error
