"""Whose token or key a server takes, and what it is called."""

from __future__ import annotations

from typing import Final

API_KEY: Final = "api-key"  # as facts call a key that the server itself compares
MAAS: Final = "maas"
GATEWAY_KEY: Final = "gateway-key"
GATEWAY_TOKEN: Final = "gateway-token"
UNCLEAR: Final = "unclear"  # where nobody knows which is taken
NONE_NEEDED: Final = "No token is needed."
UNKNOWN: Final = "Whether a token is needed is not known."
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
