"""How a caller gets the token that a server takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from rhoai_catalog.describe.definitions.security import credential

API_KEY: Final = "api-key"  # as facts call a key that the server itself compares
MAAS: Final = "maas"
GATEWAY_KEY: Final = "gateway-key"
GATEWAY_TOKEN: Final = "gateway-token"
UNCLEAR: Final = "unclear"  # where nobody knows which is taken
NONE_NEEDED: Final = "No token is needed."
UNKNOWN: Final = "Whether a token is needed is not known."
WHICH_UNKNOWN: Final = "Which token or key a request needs is not known: ask the platform's owners."
HEADER: Final = credential().shown
SCHEMES: Final = {
    API_KEY: "The server's own key",
    MAAS: "An API key of Models as a Service",
    GATEWAY_KEY: "An API key of the gateway",
    GATEWAY_TOKEN: "A token of the gateway's issuer",
    UNCLEAR: "A token or an API key",
}


def scheme(token: str) -> str:
    """What a definition calls the token."""
    return SCHEMES.get(token, "A token of OpenShift")


def how_to_get(
    token: str,
    kind: str,
    required: bool | None,
    servers: tuple[str, ...] = (),
    shown: str = HEADER,
    issuer: str | None = None,
) -> Iterator[str]:
    """What is said of the token, as paragraphs. `required`: whether the platform asks; `shown`: how it is sent."""
    if token == UNCLEAR and required is not False:
        yield WHICH_UNKNOWN if required else UNKNOWN
    elif required and token == GATEWAY_KEY:
        yield f"Every request needs an API key of the gateway as {shown}: ask the platform's owners for one."
    elif required and token == GATEWAY_TOKEN and issuer:
        yield f"Every request needs a token that `{issuer}` issues, as {shown}: ask the platform's owners for one."
    elif required and token == GATEWAY_TOKEN:
        yield f"Every request needs a token of the gateway's issuer as {shown}: ask the platform's owners who that is."
    elif required and token == MAAS:
        host = next((parts.hostname for url in servers if (parts := urlsplit(url)).hostname), None)
        keys = f"https://{host}/maas-api/v1/api-keys" if host else "/maas-api/v1/api-keys of its gateway"
        yield (
            f"Every request needs an API key as {HEADER}, for a subscription that covers this model: make one in the "
            f"dashboard of OpenShift AI, or by POST to `{keys}` with a token of OpenShift (`oc whoami -t`). Others "
            "are refused. (OpenShift AI 3.3 and before has no keys: there, POST to `/maas-api/v1/tokens`.)"
        )
    elif required:
        yield (
            f"Every request needs a token of OpenShift as {HEADER}: `TOKEN=$(oc whoami -t)`, or, for a program, "
            f"`oc create token SERVICE_ACCOUNT`. Its account must be allowed to `get` this {kind}."
        )
    elif token != API_KEY:
        yield UNKNOWN if required is None else NONE_NEEDED
    if token == API_KEY:
        yield (
            "The server itself compares a key as well: ask its owner for it."
            if required
            else f"The server compares a key of its own, as {HEADER}: ask its owner for it."
        )
