"""Whose token or key a server takes, and what it is called."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.snapshot import GATEWAY_KEY, GATEWAY_TOKEN, MAAS, OWN_KEY

UNCLEAR: Final = "unclear"  # where nobody knows which is taken
NONE_NEEDED: Final = "No token is needed."
UNKNOWN: Final = "Whether a token is needed is not known."
SCHEMES: Final = {
    OWN_KEY: "The server's own key",
    MAAS: "An API key of Models as a Service",
    GATEWAY_KEY: "An API key of the gateway",
    GATEWAY_TOKEN: "A token of the gateway's issuer",
    UNCLEAR: "A token or an API key",
}


def scheme(token: str) -> str:
    """What a definition calls the token."""
    return SCHEMES.get(token, "A token of OpenShift")
