"""What a forge lets the token's account do in one repository, as far as it tells that to who only asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

UNSIGNED: Final = "commits without a signature"
FORCE: Final = "force pushes"
PUSHES: Final = "pushes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`may_push` is whether the token's account may; None where the forge does not say.

    `missing` is what the token lacks, in the forge's words; `closed` why nobody can propose anything; `untold` what of
    the token's rights shows only when something is written.
    """

    may_push: bool | None = None
    missing: tuple[str, ...] = ()
    closed: str = ""
    untold: str = ""


class Refusal(NamedTuple):
    """What a forge does not take on a branch, and the name by which people find the rule.

    Not `sure`: it depends on what the commits hold.
    """

    what: str
    rule: str
    sure: bool = True


class Rights(Protocol):
    """Questions only: none of them writes. What fails raises ProposeError; what may not be seen, RefusedError."""

    @property
    def wanted(self) -> str:
        """The rights that a token needs, in the words of the forge."""

    def standing(self) -> Standing:
        """What the token and its account may do."""

    def refusals(self, branch: str) -> Iterator[Refusal]:
        """What a branch, which need not be there yet, does not take from the token's account.

        Raises RefusedError after what the token may see, where that is not all.
        """

    def requires_review(self, branch: str) -> bool:
        """Whether a pull request is merged into a branch only once somebody has approved it."""

    def jobs_open_pulls(self) -> bool | None:
        """Whether a job's own token may open pull requests; None where that is of no matter here."""
