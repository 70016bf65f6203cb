"""What goes wrong with a service, and how a person is told: what was asked, why it failed, what to do."""

from __future__ import annotations

import enum
import re
from typing import ClassVar

import urllib3

from rhoai_catalog.errors import GeneratorError, SourceError
from rhoai_catalog.http.reach import UnreachableNetwork
from rhoai_catalog.http.response import Response


class NotFound(SourceError):
    """404 or 410: the service has no such path."""


class Refused(SourceError):
    """401 or 403: the token, or its lack, is not accepted."""


class Forbidden(Refused):
    """403: the token may not read this."""


class Fault(enum.Enum):
    """Why no whole answer came."""

    UNTRUSTED = "its certificate is not trusted"
    LATE = "no answer in time"
    CLOSED = "the connection was refused"
    UNKNOWN_HOST = "the host name is not known"
    BROKEN = "the connection broke"
    ENDLESS = "the answer does not end"
    ELSEWHERE = "its name leads into a network that no caller would mean"
    SPENT = "this source has taken all the time that it may take"
    TOO_LONG = "the answer is too long"

    @property
    def may_pass(self) -> bool:
        """Whether asking again may help."""
        return self in (Fault.LATE, Fault.CLOSED, Fault.UNKNOWN_HOST, Fault.BROKEN)

    @classmethod
    def of(cls, error: Exception) -> Fault:
        """What an exception of a connection means."""
        if isinstance(error, UnreachableNetwork):
            return cls.ELSEWHERE
        text = str(error)
        if isinstance(error, urllib3.exceptions.SSLError) and re.search("certificate|PEM lib", text, re.IGNORECASE):
            return cls.UNTRUSTED
        if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError) and not isinstance(
            error, urllib3.exceptions.NewConnectionError
        ):
            return cls.LATE
        if "refused" in text:
            return cls.CLOSED
        if "resolve" in text.lower() or "Name or service" in text:
            return cls.UNKNOWN_HOST
        return cls.BROKEN


class Unanswered(Exception):
    """No whole answer came. It stays inside the client, which says it in the words of the service."""

    def __init__(self, fault: Fault, reason: str = "") -> None:
        super().__init__(reason or fault.value)
        self.fault, self.reason = fault, reason or fault.value


class Wording:
    """How the failures of a service are told. A kind of service is a subclass: its hints, its errors, its refusals."""

    error: ClassVar[type[GeneratorError]] = SourceError
    trust: str = "name the CA that signed it with caFile"
    reach: str = "check `url`, and that this machine may reach it"
    log: ClassVar[str] = "look at the service's log"
    slow: ClassVar[str] = "look at the service's log; `timeout` allows this source longer"
    login: str = "a login page? check `url` and the token"
    address: str = "is `url` the address of this service?"
    pages: ClassVar[str] = "try again later"

    def __init__(self, name: str, token: str = "") -> None:
        """`name` is the service's in every message; `token` what to do where its token is not accepted."""
        self.name, self.token = name, token

    def failure(self, path: str, reason: str, hint: str = "") -> GeneratorError:
        return self.error(f"{self.name}: {path}: {reason}", hint)

    def unanswered(self, address: str, path: str, why: Unanswered) -> GeneratorError:
        """No whole answer came from what is at an address."""
        match why.fault:
            case Fault.ENDLESS:
                hint = self.log
            case Fault.SPENT:
                hint = self.slow
            case Fault.TOO_LONG:
                hint = ""
            case fault:  # it is not reached, or not what it should be: which address that is, has to be known
                return self.failure(
                    f"{address}{path}", why.reason, self.trust if fault is Fault.UNTRUSTED else self.reach
                )
        return self.failure(path, why.reason, hint)

    def refusal(self, path: str, response: Response) -> GeneratorError:
        """An answer whose status is none of success."""
        return self.failure(path, f"it answered {response.status}", self.log)

    def no_json(self, path: str, response: Response, reason: str = "") -> GeneratorError:
        if response.is_html:
            return self.failure(path, "HTML came where JSON was expected", self.login)
        return self.failure(path, f"the answer is cut off or no JSON{reason and f': {reason}'}", self.address)
