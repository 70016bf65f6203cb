"""The catalog's own files: how to edit here, and what Git should know about the base."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from rhoai_catalog.entity import Page
from rhoai_catalog.identity import Identity

GITATTRIBUTES: Final = ".base/** linguist-generated=true\n"
README: Final = """\
# This catalog

The files here show the AI models and model servers of the estate in Red Hat Developer Hub. A scheduled run of
`rhoai-catalog` keeps them up to date through one pull request. Red Hat Developer Hub reads `catalog-info.yaml`.

## Edit what you like

Change a value, add a link, delete a tag, write a paragraph into a page: in these files, where they lie. Every such edit
is kept for ever, and each pull request lists it beside what would have been generated. Comments, key order and layout
stay as you leave them.

- Delete a value, an entity or a page, and it stays deleted.
- Add a file with entities of your own; it is never touched, and gets a line in the index.
- Move or rename an entity; references to it follow.
- `rhoai-catalog overrides` tells every edit, who made it, and what would stand there; `rhoai-catalog overrides drop`
  gives one back to the generator.

Leave the annotation `rhoai-catalog/source` in place: it says which model or server an entity shows. Never edit
`.base/`: it holds what was generated last, so that your edits can be told apart.

## Decline a change

To decline one value, change it in the pull request itself: your value stays. To decline all of it, close the pull
request.

## Where things are

- `servers/<cluster>/<namespace>/entities.yaml`: model servers and their APIs
- `models/<registry>/<model>/entities.yaml`: registered versions, each with its pages beside it
- `generator.yaml`: the configuration
"""


def catalog_files() -> tuple[Page, ...]:
    """The files that every catalog has, whatever its estate."""
    texts = {"README.md": README, ".gitattributes": GITATTRIBUTES}
    return tuple(
        Page(identity=Identity("catalog"), name=name, file=PurePosixPath(name), text=text)
        for name, text in texts.items()
    )
