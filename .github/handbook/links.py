"""A hook of mkdocs: what the handbook links beside itself is on the forge, where the site is not."""

from __future__ import annotations

from typing import Any

FOLDER = "generator/rhoai_catalog/handbook"


def on_page_markdown(markdown: str, config: Any, **others: Any) -> str:
    return markdown.replace("](../", f"]({config['repo_url']}/blob/main/{FOLDER}/../")
