"""What a first pull request says of itself, to readers who never saw one."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from itertools import groupby
from typing import Final

from rhoai_catalog.config import Addresses
from rhoai_catalog.kinds import API, COMPONENT, LOCATION, RESOURCE
from rhoai_catalog.plan import Operation, Plan
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.health import listings
from rhoai_catalog.report.plan.markdown.budget import ReportSection, RowGroup
from rhoai_catalog.report.plan.markdown.cells import code
from rhoai_catalog.report.plan.things import counts
from rhoai_catalog.text.markdown import markdown_cell

WHAT: Final = """\
### What this is

rhoai-catalog {version} read the sources below, and proposes here what a Red Hat Developer Hub shows of them. \
It writes below `{folder}/` and nowhere else, and nothing reaches `{base}` but by a merge that somebody approves.

"""
WHO: Final = """\
### Who decides what

- **What was generated** is kept up to date from its source, value by value.
- **What you write** is yours: edit any value, section or file, here or later on `{base}`. It is never overwritten, \
and the next pull request says where the source meanwhile says something else.
- **An owner** is whom the source names, else the default of `generator.yaml`. Another one is a line to edit: `owner` \
of the server's Component, which its API follows.
- **What you delete** stays away.

### What happens at merge

The Hub reads `{index}` of `{base}`, and shows everything in it within minutes. From then on each run compares the \
sources with `{base}`, and keeps one pull request like this one: what is new, what changed, and what is gone.

"""
HUB: Final = """\
### Point the Hub at it

Once, in the Hub's `app-config`:

```yaml
catalog:
  locations:
    - type: url
      target: {target}
      rules:
        - allow: [{kinds}]
```

The Hub must be able to read the repository: one that is private needs a token below `integrations:`.

"""
USUAL: Final = (COMPONENT.kind, API.kind, RESOURCE.kind)  # what may come, if it is not there yet
UNKNOWN_ADDRESS: Final = "ADDRESS OF THE REPOSITORY/{index}"


def introduction(plan: Plan, at: Addresses) -> list[ReportSection]:
    """What this is, what was found and what not, who decides what, what a merge does, and where the Hub reads it."""
    if not plan.is_first:
        return []
    index = f"{at.folder}/{LOCATION.file}"
    words = {"version": version("rhoai-catalog"), "folder": at.folder, "base": at.repository.base, "index": index}
    target = at.file(LOCATION.file, proposed=False) or UNKNOWN_ADDRESS.format(index=index)
    kinds = ", ".join((*sorted({*USUAL, *plan.existing}), LOCATION.kind))
    found = RowGroup(entries=tuple(_found(plan)))
    return [
        ReportSection(head=WHAT.format(**words), groups=(found,), tail="\n", first=True),
        ReportSection(head=WHO.format(**words), first=True),
        ReportSection(head=HUB.format(target=target, kinds=kinds), first=True),
    ]


def _found(plan: Plan) -> Iterator[str]:
    added = [(noun, n) for (noun, done), n in counts(plan).items() if done is Operation.CREATE and noun != "page"]
    things = ", ".join(counted(number, noun) for noun, number in sorted(added, key=lambda pair: -pair[1]))
    yield f"- Shown: {things or 'nothing yet'}. A server and its API are one.\n"
    for source, group in groupby(listings(plan.scopes), key=lambda one: one.source):
        rows = list(group)
        kinds = [f"{one.listed:,} {markdown_cell(one.kind)}" for one in rows if one.complete and one.listed]
        kinds += [f"{markdown_cell(one.kind)} **not listed completely**" for one in rows if not one.complete]
        yield f"- Read in {code(source)}: {', '.join(kinds) or 'nothing'}.\n"
    if plan.left_out:
        yield f"- Left out: {counted(len(plan.left_out), 'thing')}, each with its reason below.\n"
