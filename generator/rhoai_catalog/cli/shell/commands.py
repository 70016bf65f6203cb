"""The commands by name, each imported when it is asked for: most of them need what the others do not."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import click

from rhoai_catalog.alike import did_you_mean, meant
from rhoai_catalog.cli.shell.output import FAILED, WRONG, say, tell, tell_error, tell_hint
from rhoai_catalog.cli.shell.streams import open_missing
from rhoai_catalog.errors import GeneratorError

COLLECT: Final = 200_000  # new objects: a run makes many that live to its end, and to look through them costs a fifth


class Summary(NamedTuple):
    """The module of `cli` that a command is in, and what it does."""

    module: str
    text: str


def _tell_help(context: click.Context, option: click.Parameter, is_asked: bool) -> None:
    """As click does, but for a stdout that nobody reads, or that takes nothing."""
    if is_asked and not context.resilient_parsing:
        tell(context.get_help())
        context.exit()


class Command(click.Command):
    """A command that tells its help as it does every result."""

    def get_help_option(self, context: click.Context) -> click.Option | None:
        option = super().get_help_option(context)
        if option is not None:
            option.callback = _tell_help
        return option


class CommandGroup(Command, click.Group):
    """A command with commands of its own."""

    command_class = Command


class Commands(CommandGroup):
    """All commands there are."""

    def __init__(self, *arguments: Any, table: Mapping[str, Summary], **others: Any) -> None:
        super().__init__(*arguments, **others)
        self.table = table

    def main(self, *arguments: Any, **others: Any) -> Any:
        open_missing()
        return super().main(*arguments, **others)

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        if not arguments and not context.resilient_parsing:
            say(context.get_help())  # what there is; to ask for nothing is a mistake all the same
            context.exit(WRONG)
        with told(context):
            return super().parse_args(context, arguments)

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
        with told(context):
            _require_folder()
            return super().invoke(context)


@contextmanager
def told(context: click.Context) -> Iterator[None]:
    """End with what a user can mend as `error:` and `hint:`; a bug keeps its traceback."""
    try:
        yield
    except GeneratorError as error:
        tell_error(error.message)
        tell_hint(error.hint)
        context.exit(error.exit_code)
    except click.UsageError as error:
        raise WrongUsage(error, context) from error
    except (KeyboardInterrupt, click.Abort):
        if sys.stderr.isatty():
            say("")  # behind the ^C
        tell_error("interrupted")
        context.exit(FAILED)


class WrongUsage(click.UsageError):
    """Wrong usage, told as every other mistake is. Some of click's errors do not say of which command they are."""

    def __init__(self, error: click.UsageError, context: click.Context) -> None:
        super().__init__(_message(error), error.ctx)
        command = error.ctx.command_path if error.ctx else f"{context.command_path} {context.invoked_subcommand or ''}"
        self.hint = f"{command.strip()} --help"

    def show(self, file: IO[Any] | None = None) -> None:
        tell_error(self.message)
        tell_hint(self.hint)


def _message(error: click.UsageError) -> str:
    """What click says, in the form of our own; of an option that is not there, what it may have been meant for."""
    text = error.format_message()
    if isinstance(error, click.NoSuchOption):
        text = f"no such option {error.option_name}"
        options = [name for each in error.ctx.command.params for name in each.opts] if error.ctx else []
        near = meant(error.option_name.lstrip("-"), [name[2:] for name in options if name.startswith("--")])
        text += f"; did you mean {' or '.join(f'--{name}' for name in near)}?" if near else ""
    return f"{text[:1].lower()}{text[1:]}".removesuffix(".")


def _require_folder() -> None:
    """Raise where the working folder is gone: Git, and what is named relative to it, would fail in ways of theirs."""
    try:
        Path.cwd()
    except OSError as error:
        message = f"the folder that this runs in cannot be read: {error.strerror}"
        raise GeneratorError(message, "cd to one that is there") from error
