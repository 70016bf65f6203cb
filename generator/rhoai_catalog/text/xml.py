"""Text for XML."""

from __future__ import annotations

from rhoai_catalog.text.terminal import terminal


def xml_text(text: str) -> str:
    """The text of an element or an attribute, whose `<` and `&` are left to what writes the file.

    XML has no control characters, not even as references; and what is written may be shown by a log.
    """
    return terminal(text)
