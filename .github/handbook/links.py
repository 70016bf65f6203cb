"""A hook of mkdocs: what the handbook links beside itself is on the forge, where the site is not."""

from __future__ import annotations

import posixpath
import re
from typing import Any

FOLDER = "generator/rhoai_catalog/handbook"


def on_page_markdown(markdown: str, config: Any, **others: Any) -> str:
    def on_the_forge(link: re.Match[str]) -> str:
        return f"]({config['repo_url']}/blob/main/{posixpath.normpath(posixpath.join(FOLDER, link[1]))}"

    return re.sub(r"\]\((\.\./[^)#]*)", on_the_forge, markdown)
