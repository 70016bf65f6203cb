"""Folders that many tests begin with, made once a process: to copy one starts no Git and no run of ours."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path


def copy_of(make: Callable[[Path], None], folder: Path) -> None:
    """What `make` makes of an empty folder, in this one; remotes of its clones are those that were copied with them."""
    made = _made(make)
    shutil.copytree(made, folder, symlinks=True, dirs_exist_ok=True)
    for config in folder.glob("*/.git/config"):
        config.write_text(config.read_text("utf-8").replace(str(made), str(folder)), "utf-8")


@cache
def _made(make: Callable[[Path], None]) -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    make(folder)
    return folder
