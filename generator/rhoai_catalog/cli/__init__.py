"""Options in, exit code out; no logic. Results go to stdout, everything else to stderr. A file for a command or two."""

import click

from rhoai_catalog.cli.adopt import adopt
from rhoai_catalog.cli.doctor import doctor
from rhoai_catalog.cli.explain import explain
from rhoai_catalog.cli.init import demo, init
from rhoai_catalog.cli.observe import observe
from rhoai_catalog.cli.output import Commands
from rhoai_catalog.cli.overrides import overrides
from rhoai_catalog.cli.plan import generate, plan
from rhoai_catalog.cli.propose import propose
from rhoai_catalog.cli.validate import validate


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rhoai-catalog", prog_name="rhoai-catalog")
def main() -> None:
    """Keep a Backstage catalog of OpenShift AI models and model servers, in Git, one pull request at a time.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 found something, 4 done but something was withheld.
    """


for command in (demo, init, doctor, observe, plan, generate, propose, explain, overrides, adopt, validate):
    main.add_command(command)
