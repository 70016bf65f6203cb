"""GitHub's GraphQL: refusals come with status 200 and a list of errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rhoai_catalog import limits
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.forges.api.rest import Rest, Row


class GraphQLError(ProposeError):
    """What GraphQL refused; `reason` is what it says."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"POST /graphql: {reason}", "try again later")
        self.reason = reason


class GraphQL:
    def __init__(self, rest: Rest) -> None:
        self.rest = rest

    def ask(self, query: str, variables: Mapping[str, Any]) -> Row:
        """The data of an answer without errors. Raises GraphQLError for the others."""
        answer = self.rest.row("POST", "/graphql", body={"query": query, "variables": dict(variables)})
        errors = answer.get("errors")
        if errors:
            reasons = [str(error.get("message")) for error in errors if isinstance(error, Mapping)]
            raise GraphQLError(" ".join(" ".join(reasons).split())[: limits.FORGE_REASON])
        content = answer.get("data")
        return content if isinstance(content, Mapping) else {}
