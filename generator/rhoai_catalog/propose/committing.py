"""How our commits are made: by Git here, signed with the checkout's own key or not at all, or by a forge that signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rhoai_catalog.config import Repository
from rhoai_catalog.propose.forges import Forge
from rhoai_catalog.propose.git import Checkout

OBJECTS: Final = "refs/rhoai-catalog/objects"  # by which the forge gets the trees of what it is to commit


class Committing:
    """`email` is whom the forge committed as, where it did."""

    def __init__(self, repository: Repository, checkout: Checkout, forge: Forge | None) -> None:
        self.checkout, self.email = checkout, ""
        by_forge = forge is not None and forge.capabilities.signs and not checkout.has_signing_key
        self.forge = forge if repository.sign and by_forge else None

    def commit(self, tree: str, parents: Sequence[str], message: str) -> str:
        """A commit that can be pushed. Raises ProposeError."""
        if self.forge is None:
            return self.checkout.commit(tree, parents, message)
        unsigned = self.checkout.commit(tree, parents, message, sign=False)
        self.checkout.push_ref(unsigned, OBJECTS, self.checkout.refs(OBJECTS).get(OBJECTS, ""))
        signed = self.forge.signed(tree, parents, message)
        if signed is None:
            return unsigned
        self.checkout.fetch(signed.ref)
        self.email = signed.email
        return signed.sha
