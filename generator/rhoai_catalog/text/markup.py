"""Text for XML and for HTML."""

from __future__ import annotations

import html

from rhoai_catalog.text.terminal import terminal
from rhoai_catalog.text.visible import visible


def xml_text(text: str) -> str:
    """The text of an element or an attribute, whose `<` and `&` are left to what writes the file.

    XML has no control characters, not even as references; and what is written may be shown by a log.
    """
    return terminal(text)


def html_text(text: str) -> str:
    """The text of an element or of a quoted attribute, in one line; it opens nothing."""
    return html.escape(visible(text))
