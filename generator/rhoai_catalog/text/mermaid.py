"""Text for the labels of a diagram in mermaid, which forges draw from a fenced block."""

from __future__ import annotations

from rhoai_catalog.text.visible import visible


def mermaid_label(text: str) -> str:
    """A label in quotes: letters, digits and spaces as they are, all else as mermaid's own numbered entities.

    So nothing in it ends the label, the line or the block, and nothing is Markdown or HTML once the label is drawn.
    """
    return '"' + "".join(c if c.isalnum() or c == " " else f"#{ord(c)};" for c in visible(text)) + '"'
