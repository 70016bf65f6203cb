"""Options in, exit code out; no logic. Results go to stdout, everything else to stderr."""

import click

from rhoai_catalog.cli.checks import doctor, validate_command
from rhoai_catalog.cli.line import demo, explain, generate, observe, plan, propose
from rhoai_catalog.cli.options import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rhoai-catalog", prog_name="rhoai-catalog")
def main() -> None:
    """Keep a Backstage catalog of OpenShift AI models and model servers, in Git, one pull request at a time.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 found something, 4 done but something was withheld.
    """


for command in (demo, doctor, observe, plan, generate, propose, explain, validate_command):
    main.add_command(command)
