"""Git, in a checkout that is never touched: objects are read and written by their ids, and one ref is pushed."""

from rhoai_catalog.propose.git.author import EMAIL, Authorship
from rhoai_catalog.propose.git.blame import authors, remover
from rhoai_catalog.propose.git.checkout import Checkout
from rhoai_catalog.propose.git.history import Commit
from rhoai_catalog.propose.git.refusal import LeaseLostError, SecretsRefusedError
from rhoai_catalog.propose.git.threeway import Merge

__all__ = [
    "EMAIL",
    "Authorship",
    "Checkout",
    "Commit",
    "LeaseLostError",
    "Merge",
    "SecretsRefusedError",
    "authors",
    "remover",
]
