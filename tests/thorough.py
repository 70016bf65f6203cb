"""How many examples a law is tried with: a few in a plain `pytest`, all with `pytest --thorough`, as .ci/run does."""

from __future__ import annotations

import os
from typing import Final

VARIABLE: Final = "RHOAI_CATALOG_THOROUGH"  # the processes of a run inherit it


def tries(every: int, few: int) -> int:
    """So many, as the run asks."""
    return every if os.environ.get(VARIABLE) else few
