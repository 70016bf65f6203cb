"""GitHub's auto-merge: only GraphQL has it."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.propose.forges.api.rest import RefusedError
from rhoai_catalog.propose.forges.forge import PullRequest
from rhoai_catalog.propose.forges.github.graphql import GraphQL, GraphQLError

SETTINGS: Final = """
query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { autoMergeAllowed viewerDefaultMergeMethod }
}"""
TURN_ON: Final = """
mutation($id: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: {pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $method}) {
    clientMutationId
  }
}"""
TURN_OFF: Final = """
mutation($id: ID!) { disablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }"""


class GitHubAutoMerge:
    def __init__(self, graphql: GraphQL, owner: str, name: str) -> None:
        self._graphql, self._repository = graphql, {"owner": owner, "name": name}

    def turn_on(self, pull: PullRequest, head: str) -> str:
        """Merge exactly this head as soon as the base branch lets it; tells why not, or nothing."""
        try:
            settings = self._graphql.ask(SETTINGS, self._repository).get("repository") or {}
            if not settings.get("autoMergeAllowed"):
                return "the repository's settings do not allow auto-merge"
            method = settings.get("viewerDefaultMergeMethod") or "MERGE"
            self._graphql.ask(TURN_ON, {"id": pull.node, "head": head, "method": method})
        except GraphQLError as error:
            if "clean status" in error.reason:
                return "the base branch requires nothing that is still missing, so it would merge at once"
            return error.reason
        except RefusedError as refusal:
            if refusal.status != 403:
                raise
            return refusal.reason
        return ""

    def turn_off(self, pull: PullRequest) -> None:
        """Raises GraphQLError, also where it was not on."""
        self._graphql.ask(TURN_OFF, {"id": pull.node})
