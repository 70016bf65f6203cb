"""The streams that a process was started with, and what stands in for those that are closed or that nobody reads."""

from __future__ import annotations

import os
import sys
from typing import Final, TextIO

MODES: Final = {"stdin": "r", "stdout": "w", "stderr": "w"}  # in the order of their descriptors


def open_missing() -> None:
    """Give a process that was started without one of its streams an empty one.

    It takes the descriptor of the one that is missing: else the next file that is opened would be written to as that.
    """
    for name, mode in MODES.items():
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def forget(stream: TextIO) -> None:
    """Let whatever a stream still holds, and is given from now on, go nowhere; else it would fail once more at the end.

    What is to be done is done to its end, although nobody reads of it.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
