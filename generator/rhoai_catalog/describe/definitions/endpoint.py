"""What a definition is written from: where a server is, what it speaks, what it does, and what a caller must know."""

from __future__ import annotations

from dataclasses import dataclass

from rhoai_catalog.describe.definitions.security import API_KEY, TOKEN, Credential, credential
from rhoai_catalog.describe.definitions.tokens import UNCLEAR
from rhoai_catalog.snapshot import GATEWAY_KEY, OWN_KEY, ApiKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server as callers meet it. `servers` are its addresses, those of them first that are reached from `outside`;
    `spoken` its protocols, the best first; `names` what goes into `model`, none where nobody says it, `unnamed` how
    many more there are, `further` names that it takes beside.

    `task` is one of tasks.TASKS; `assumed`: nothing says so. `family` is that of its runtime. `token` says whose token
    it takes, `api_key` where a key or a token of the gateway goes, `issuer` who issues that; `authentication_required`
    whether the platform asks for one, None where that is not known. `kind` is the server's in Kubernetes, `grpc_url`
    where it takes gRPC, if not at the same address.
    """

    title: str
    servers: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unnamed: int = 0
    further: tuple[str, ...] = ()
    task: str = "chat"
    assumed: bool = False
    family: str = ""
    authentication_required: bool | None = None
    token: str = ""
    api_key: ApiKey | None = None
    issuer: str | None = None
    kind: str = "InferenceService"
    grpc_url: str = ""

    @property
    def model(self) -> str:
        """The name that an example asks for."""
        return self.names[0] if self.names else "MODEL"

    @property
    def takes_token(self) -> bool:
        """Whether a request is known to need a token or a key, and which."""
        return (bool(self.authentication_required) and self.token != UNCLEAR) or self.token == OWN_KEY

    @property
    def takes_key(self) -> bool:
        """Whether what it takes is a key of the gateway, and no token."""
        return self.token == GATEWAY_KEY

    @property
    def carried(self) -> Credential:
        """How a request carries a token or a key."""
        return credential(self.api_key, API_KEY if self.takes_key else TOKEN)

    @property
    def credential(self) -> Credential | None:
        """What a request carries, if anything is known to be needed."""
        return self.carried if self.takes_token else None
