"""Whether the forge will take a pull request: the token, its rights, the rules of both branches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rhoai_catalog.check import Check
from rhoai_catalog.config import Repository
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.propose.forges import make_forge
from rhoai_catalog.propose.forges.api.patience import Patience
from rhoai_catalog.propose.forges.api.rest import ODD, RefusedError, reads
from rhoai_catalog.propose.forges.rights import UNSIGNED, Refusal, Rights

SOURCE: Final = "forge"
IMPATIENT: Final = 0.0  # seconds to wait where the forge asks for it: whoever waits at the terminal sees why at once
SIGN: Final = "set repository.sign, and user.signingkey in the checkout"
ELSEWHERE: Final = "have the token's account let through, or choose another branch in repository.branch"
REVIEW: Final = "have the forge require an approval for {}, so that nothing reaches the Hub that nobody has looked at"
ACTIONS: Final = (
    "Settings, Actions, General: let GitHub Actions create pull requests; or give {} the token of an app or a person"
)


def check_forge(repository: Repository) -> Iterator[Check]:
    """Ask the forge what it lets the token do."""
    try:
        forge = make_forge(repository, repository.credentials.token(), Patience(IMPATIENT))
        yield from _standing(forge.rights)
        yield from _branch(forge.rights, repository)
        yield from _base(forge.rights, repository)
        yield from _review(forge.rights, repository)
        yield from _jobs(forge.rights, repository)
        yield from (Check(source=SOURCE, message=note) for note in forge.notes())
    except GeneratorError as error:
        yield Check.failed(SOURCE, error)


def _standing(rights: Rights) -> Iterator[Check]:
    standing = reads(rights.standing)()
    yield Check(source=SOURCE, message="answers, and the token is accepted")
    if standing.closed:
        hint = "undo that, or name another in repository.url"
        yield Check(
            source=SOURCE, message=f"the repository takes no pull request: {standing.closed}", well=False, hint=hint
        )
    hint = f"the token needs {rights.wanted}"
    for missing in standing.missing:
        yield Check(source=SOURCE, message=f"the token lacks {missing}", well=False, hint=hint)
    if standing.may_push is False:
        yield Check(source=SOURCE, message="the token's account may not push to the repository", well=False, hint=hint)
    elif standing.may_push:
        yield Check(source=SOURCE, message="the token's account may push, and open pull requests")
    else:
        yield Check.unknown(SOURCE, "whether the token's account may push", "the forge does not tell it of this token")
    if standing.untold:
        why = "the forge tells it only when something is written"
        yield Check.unknown(SOURCE, f"whether the token itself has {standing.untold}", why)


def _branch(rights: Rights, repository: Repository) -> Iterator[Check]:
    """Our own branch is made, pushed, and pushed anew when the base branch has moved."""
    branch = repository.branch
    refusals, unknown = _refusals(rights, branch)
    against = [refusal for refusal in refusals if not (refusal.what == UNSIGNED and repository.sign)]
    for what, rule, sure in against:
        if sure:
            hint = SIGN if what == UNSIGNED else ELSEWHERE
            yield Check(source=SOURCE, message=f"{branch} does not take {what}, by {rule}", well=False, hint=hint)
        else:
            yield Check.unknown(SOURCE, f"whether {branch} takes our commits", f"{rule} refuse {what}")
    if unknown:
        yield Check.unknown(SOURCE, f"whether a rule is against {branch}{' as well' if against else ''}", unknown)
    elif not against:
        yield Check(source=SOURCE, message=f"no rule is against {branch}, where proposals are pushed to")


def _base(rights: Rights, repository: Repository) -> Iterator[Check]:
    """Only merged into, by people: what is told is what would keep them from it."""
    if repository.sign:
        return
    refusals, unknown = _refusals(rights, repository.base)
    rules = [refusal.rule for refusal in refusals if refusal.what == UNSIGNED]
    for rule in rules:
        message = f"{repository.base} takes signed commits only, by {rule}: a proposal could not be merged as it is"
        yield Check(source=SOURCE, message=message, well=False, hint=SIGN)
    if rules:
        return
    if unknown:
        yield Check.unknown(SOURCE, f"whether {repository.base} takes signed commits only", unknown)
    else:
        yield Check(source=SOURCE, message=f"{repository.base} takes commits without a signature")


def _review(rights: Rights, repository: Repository) -> Iterator[Check]:
    """Whether anybody has to have looked: to merge without that is for people to allow, so it is no failure."""
    base = repository.base
    try:
        required = reads(lambda: rights.requires_review(base))()
    except RefusedError as refusal:
        yield Check.unknown(SOURCE, f"whether a pull request into {base} needs a review", refusal.reason)
        return
    if required:
        yield Check(source=SOURCE, message=f"a pull request into {base} needs a review")
    else:
        message = f"a pull request into {base} can be merged without a review"
        yield Check(source=SOURCE, message=message, warning=True, hint=REVIEW.format(base))


def _refusals(rights: Rights, branch: str) -> tuple[list[Refusal], str]:
    """What a branch refuses, each once, and why that may not be all."""
    refusals: dict[Refusal, None] = {}
    try:
        for refusal in rights.refusals(branch):
            refusals[refusal] = None
    except RefusedError as error:
        also = ", which is said as well of what the token may not see" if error.status == 404 else ""
        return [*refusals], f"{error.reason}{also}"
    except ODD:
        return [*refusals], "the forge did not answer as its API does"
    return [*refusals], ""


def _jobs(rights: Rights, repository: Repository) -> Iterator[Check]:
    """The setting that keeps workflows from opening pull requests with their own token."""
    try:
        allowed = reads(rights.jobs_open_pulls)()
    except RefusedError as refusal:
        yield Check.unknown(SOURCE, "whether workflows may open pull requests with their own token", refusal.reason)
        return
    if allowed is None:
        return
    may = "may" if allowed else "may not"
    message = f"workflows {may} open pull requests with their own token"
    hint = "" if allowed else ACTIONS.format(repository.credentials.env)
    yield Check(source=SOURCE, message=message, well=allowed, hint=hint)
