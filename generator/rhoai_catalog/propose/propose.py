"""The state machine of the one pull request.

Three values decide: the base branch's tree, the tree that merging our branch would give, and what people declined.

| branch and pull request | what the plan starts from, and what happens |
|---|---|
| no branch, or one whose pull request ended | the base branch; our commit is made anew on it |
| up for review, nothing on it but ours | likewise; while a source is incomplete, from what is proposed already |
| people's commits on it, under review or not | both branches merged; our commit goes on top, theirs stay as they are |
| the tree would be that of the base branch | a pull request that is still open is closed, which is no decline |
| likewise, with people's commits, and in doubt | it stays open: what they took back may be proposed again |
| the tree would be what merging the branch gives | nothing is pushed |
| approved, queued, or merging by itself | what is safe waits; authentication, addresses, removals come at once |
| closed unmerged by a person | exactly its changes are declined, and left out from then on |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rhoai_catalog.base import FOLDER, same_but_for_seen
from rhoai_catalog.config import Repository
from rhoai_catalog.decline import digests, upkeep_digests
from rhoai_catalog.errors import ConfigError, ProposeError
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.plan import Plan
from rhoai_catalog.propose import memory as memories
from rhoai_catalog.propose import publish, reviewing
from rhoai_catalog.propose.committing import Committing
from rhoai_catalog.propose.declines import Declines, not_offered
from rhoai_catalog.propose.forges import Approval, Forge, PullRequest, make_forge
from rhoai_catalog.propose.git import Checkout, LeaseLostError, Merge, SecretsRefusedError
from rhoai_catalog.propose.people.reverts import Reverts
from rhoai_catalog.propose.proposal import ProposeOptions, Stages
from rhoai_catalog.propose.refused import refused_changes
from rhoai_catalog.propose.situation import Situation, read_situation
from rhoai_catalog.propose.waiting import wait_for_merge
from rhoai_catalog.review import Review

Tell = Callable[[str], None]
EMPTIED = "Everything that was proposed here is on the base branch, or no longer needed. Closing it declines nothing."


def propose(repository: Repository, catalog: Path, stages: Stages, asked: ProposeOptions, tell: Tell) -> Outcome:
    """Keep the branch and its pull request up to date; `catalog` is the folder in the checkout.

    Whoever pushes at the same moment wins; then all is read again, once. Raises ProposeError.
    """
    token = repository.credentials.token() if asked.open_pull_request else _token_if_any(repository)
    checkout = Checkout(catalog, repository, token)
    checkout.require_clean()

    def forge_of(branch: str) -> Forge:
        return make_forge(replace(repository, branch=branch), token)

    forge = forge_of(repository.branch) if asked.open_pull_request else None

    def run() -> Outcome:
        now = read_situation(repository, checkout, forge, forge_of, stages)
        return _Run(repository, checkout, forge, now, stages, asked, tell).outcome()

    try:
        return run()
    except LeaseLostError:
        tell(f"{repository.branch} was changed meanwhile; reading it again")
    try:
        return run()
    except LeaseLostError as error:
        raise ProposeError(f"{repository.branch} is being changed by someone else", "try again later") from error


def _token_if_any(repository: Repository) -> str | None:
    """Without a forge, a remote may need no token: a path, or one that Git itself knows how to log in to."""
    try:
        return repository.credentials.token()
    except ConfigError:
        return None


class _Run:
    """What follows from one reading of the remote."""

    def __init__(
        self,
        repository: Repository,
        checkout: Checkout,
        forge: Forge | None,
        now: Situation,
        stages: Stages,
        asked: ProposeOptions,
        tell: Tell,
    ) -> None:
        self.repository, self.checkout, self.forge, self.now = repository, checkout, forge, now
        self.stages, self.asked, self.tell = stages, asked, tell
        self.refused: frozenset[str] = frozenset()  # digests of changes that the forge does not take
        self.committing = Committing(repository, checkout, forge)
        self.reverts = Reverts(checkout, now, repository.base, stages.differ)
        before = now.remembered.memory.on(repository.branch, now.gone)
        theirs = {now.pull.number} if now.pull is not None else set()  # to close now, whoever opened it again
        closed = before.closed.union(filter(None, now.left.values())) - theirs
        self.memory = replace(before, closed=closed, made=now.made)

    def outcome(self) -> Outcome:
        now = self.now
        if now.remembered.note:
            self.tell(now.remembered.note)
        onto = now.up_for_review if now.people or not self.stages.complete else None
        try:
            outcome = self._done(onto)
        except ProposeError:
            if self.memory.made != now.made:  # what was pushed is ours, whatever failed then
                memories.write(self.checkout, self.memory, now.remembered)
            raise
        self._remember(outcome.plan)
        stale = self.memory.incomplete_since(self.asked.now - self.stages.stale_after)
        notes = (*self.notes, *now.left_alone(), *(self.forge.notes() if self.forge else ()))
        return replace(outcome, stale=stale, notes=notes)

    def _done(self, onto: Merge | None) -> Outcome:
        """Plan, and do it; without what the forge takes for a secret, where it refuses the push for that."""
        start = onto.tree if onto is not None else self.now.base
        while True:
            plan = self._plan(onto, start)
            if plan.doubted and onto is None and self.now.up_for_review is not None:
                return self._done(self.now.up_for_review)  # which may be as true as before
            tree = self.checkout.write_tree(start, plan.files)
            plan = self._told(plan, onto, tree)
            try:
                return self._decide(onto, plan, tree)
            except SecretsRefusedError as refusal:
                named = refused_changes(refusal.places, plan, str(self.checkout.catalog), self.stages)
                if not named - self.refused:
                    raise
                self.refused |= named

    # -- the plan --------------------------------------------------------------------------------------------------

    def _plan(self, onto: Merge | None, start: str) -> Plan:
        declines = self.declines = Declines(self.now, self.checkout, self.forge, self.stages.differ, self.tell)
        self.memory = declines.with_open(self.memory)
        branch = self.now.up_for_review
        review = Review(
            base=self.checkout.files(self.now.base),
            start=self.checkout.files(start),
            branch=self.checkout.files(branch.tree) if branch is not None else None,
            declined=declines.declined(self.memory).and_refused(self.refused),
            absent=self.memory.absent,
            now=self.asked.now,
        )
        plan = self.stages.plan(review)
        offered = {refusal.digest for refusal in plan.declined if refusal.what in self.asked.offer_again}
        self.notes = tuple(not_offered(self.asked.offer_again, plan))
        self.memory = declines.remembered(self.memory, offered)
        self.declined = declines.declined(self.memory).and_refused(self.refused)
        return self.stages.plan(replace(review, declined=self.declined)) if offered else plan

    def _told(self, plan: Plan, onto: Merge | None, tree: str) -> Plan:
        """The plan with what only Git shows: lines that clashed, files that no run writes, what people reverted."""
        now, folder = self.now, f"{self.checkout.catalog}/"
        others = self.checkout.foreign(now.base, tree)
        outside = tuple(path for path in others if not path.startswith(folder))
        foreign = {path.removeprefix(folder) for path in others if path.startswith(folder)}
        foreign |= {change.file for change in plan.changes if change.is_foreign}
        clashes = onto.clashes if onto is not None else ()
        if now.pull is not None and self.memory.desk.pull == now.pull.number:
            clashes = (*self.memory.desk.clashes, *clashes)  # told until the pull request ends
        return replace(
            plan,
            outside=outside,
            left_open={branch: number for branch, number in now.left.items() if number},
            foreign=tuple(sorted(foreign)),
            clashes=tuple(dict.fromkeys(clashes)),
            reverted=self.reverts.told(plan.changes),
            contributors=tuple(reviewing.contributors(now.people, now.forged, now.ours)),
        )

    # -- what is done ----------------------------------------------------------------------------------------------

    def _decide(self, onto: Merge | None, plan: Plan, tree: str) -> Outcome:
        now = self.now
        is_known = self.stages.complete and not plan.doubted  # else what people took back may still be wanted
        if (is_known or not now.people or now.pull is None) and self._is_same(tree, now.base):
            return self._nothing(plan)
        unwanted = self.declines.is_all_declined(plan, self.memory, self.declined)
        if now.pull is None and self.forge is not None and unwanted:
            return self._outcome("declined", plan)  # with what people committed: it stays on the branch
        branch = now.up_for_review
        if branch is not None and self._is_same(tree, branch.tree) and not branch.clashes:
            proven = now.proven(self.checkout) if self.stages.complete else now.made
            self.memory = replace(self.memory, settling=None, made=proven)
            return self._published(plan, now.head, pushed=False)
        approval = self.forge.approval(now.pull) if self.forge and now.pull else Approval()
        settling = wait_for_merge(self.checkout, approval, now, self.stages, self.asked.now, self.memory, tree)
        if settling is not None:
            self.memory = replace(self.memory, settling=settling)
            return self._waiting(onto, plan)
        if self.forge and now.pull and approval.armed:
            desk = reviewing.turn_off(self.forge, now.pull, self.memory.desk)
            self.memory = replace(self.memory, desk=desk)
        commit = self._commit(onto, plan, tree)
        self.checkout.push(commit, self.repository.branch, now.lease)
        made = self.checkout.patch_id(f"{commit}^", commit)
        memory = replace(self.memory, settling=None, head="", email=self.committing.email or self.memory.email)
        self.memory = replace(memory, made=tuple(dict.fromkeys((*now.made, made))))
        if not now.people:
            self.memory = replace(memory, head=commit, patch=made, made=(made,))
        return self._published(plan, commit, pushed=True)

    def _is_same(self, tree: str, other: str) -> bool:
        """Whether two trees or commits differ in nothing, or only in what sources said of values that people own."""
        paths = self.checkout.changed(tree, other) if tree != other else ()
        folder = f"{self.checkout.catalog}/"
        if not all(path.startswith(f"{folder}{FOLDER}/") for path in paths):
            return False
        names = [path.removeprefix(folder) for path in paths]
        ours, theirs = (self.checkout.texts(one, names) for one in (tree, other)) if names else ({}, {})
        return all(name in ours and name in theirs and same_but_for_seen(ours[name], theirs[name]) for name in names)

    def _nothing(self, plan: Plan) -> Outcome:
        now = self.now
        if now.pull is None or self.forge is None:
            return self._outcome("declined" if plan.declined else "nothing", plan)
        if now.pull.base != self.repository.base:
            self.tell(f"#{now.pull.number} is for {now.pull.base}, where a person pointed it, so it is left alone")
            return self._outcome("unchanged", plan, now.head)
        publish.close(self.forge, now.pull, EMPTIED)
        self.memory = replace(self.memory, closed=self.memory.closed | {now.pull.number})
        if not now.people:
            self.checkout.delete(self.repository.branch, now.lease)
        self.tell("everything proposed is on the base branch, or no longer needed; the pull request is closed")
        return self._outcome("closed", plan)

    def _waiting(self, onto: Merge | None, plan: Plan) -> Outcome:
        """What is up for review stays as it is, and is told as that: also what people did to it meanwhile."""
        assert self.now.merged is not None
        shown = self.stages.differ(self.checkout.files(self.now.base), self.checkout.files(self.now.merged.tree))
        told = self._told(replace(plan, changes=shown), onto, self.now.merged.tree)
        outcome = self._published(told, self.now.head, pushed=False)
        return replace(outcome, action="waiting", plan=plan)

    def _commit(self, onto: Merge | None, plan: Plan, tree: str) -> str:
        """Our commit: anew on the base branch, or on top of what people did, with the base branch merged in."""
        message = self.stages.words(plan, str(self.checkout.catalog)).message
        if not self.now.people or onto is None:
            return self.committing.commit(tree, [self.now.base], message)
        self.tell(f"{len(self.now.people)} commits of people on {self.repository.branch} are kept")
        top = self.now.head
        if self.checkout.merge_base(self.now.base, self.now.head) != self.now.base:
            merging = f"Merge {self.repository.base} into {self.repository.branch}"
            top = self.committing.commit(onto.tree, [self.now.head, self.now.base], merging)
        return top if tree == onto.tree else self.committing.commit(tree, [top], message)

    def _published(self, plan: Plan, commit: str, *, pushed: bool) -> Outcome:
        if self.forge is None:
            return self._outcome("pushed" if pushed else "unchanged", plan, commit)
        words = self.stages.words(plan, str(self.checkout.catalog))
        complete = not any(scope.is_withheld for scope in plan.scopes)
        done = publish.publish(self.forge, self.now.pull, words, self.memory, complete=complete)
        told = digests(plan.changes) | upkeep_digests(plan.upkeep)
        proposed = {**self.memory.proposed, done.pull.number: tuple(sorted(told))}
        self.memory = replace(self.memory, desk=replace(done.desk, clashes=plan.clashes), proposed=proposed)
        self._have_reviewed(self.forge, done.pull, commit, plan, words.reviewers)
        changed = "created" if self.now.pull is None else "updated" if pushed or done.wrote else "unchanged"
        return self._outcome(changed, plan, commit, done.pull)

    def _have_reviewed(self, forge: Forge, pull: PullRequest, commit: str, plan: Plan, owners: Sequence[str]) -> None:
        """Say on the commit how the checks went, ask whom it concerns, and let the forge merge it where it may."""
        rules, desk = self.stages.rules, self.memory.desk
        publish.judge_files(forge, commit, plan.outside, plan.foreign)
        if rules.four_eyes:
            reviewing.judge_people(forge, pull, commit, self.now.people, self.now.forged, self.now.ours)
        if rules.reviewers == "owners":
            desk = reviewing.ask_owners(forge, pull, owners, desk)
        safe = rules.auto_merge == "safe" and plan.is_safe
        self.memory = replace(self.memory, desk=reviewing.let_merge(forge, pull, commit, desk, wanted=safe))

    def _outcome(self, action: str, plan: Plan, commit: str = "", created: PullRequest | None = None) -> Outcome:
        pull = created or self.now.pull
        return Outcome(
            action=action,
            branch=self.repository.branch,
            plan=plan,
            number=pull.number if pull else None,
            url=pull.url if pull else "",
            commit=commit,
            folder=str(self.checkout.catalog),
        )

    # -- the memory ------------------------------------------------------------------------------------------------

    def _remember(self, plan: Plan) -> None:
        failing = {scope.source for scope in plan.scopes if scope.is_withheld}
        incomplete = {source: self.memory.incomplete.get(source, self.asked.now) for source in failing}
        self.memory = replace(self.memory, absent=plan.absent, incomplete=incomplete)
        if note := memories.write(self.checkout, self.memory, self.now.remembered):
            self.tell(note)
