"""A Kubernetes API: what it serves, and complete listings or an error."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import urllib3

from rhoai_catalog.config import Cluster
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import parse_json
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.kserve.connection import connection

T = TypeVar("T")
PAGE: Final = 500
TRIES: Final = 3
WAIT: Final = 0.5  # seconds before the second try, doubled for each further one
LONGEST_WAIT: Final = 10.0  # of what a server asks for by Retry-After
TIMEOUT: Final = urllib3.Timeout(connect=10, read=60)
LARGEST: Final = 256 * 1024 * 1024  # bytes of one answer
MOST_PAGES: Final = 1000
RETRIED: Final = (429, 500, 502, 503, 504)


class Gone(SourceError):
    """410: the continue token of a listing is no longer valid."""


class Forbidden(SourceError):
    """403: the token may not read this."""


class ConversionFailed(SourceError):
    """500 of a conversion webhook: the objects may be readable at the version they are stored at."""


class NotServed(SourceError):
    """404: the API has no such resource."""


class KubernetesApi:
    """One cluster's API. Every method raises SourceError, naming the cluster and what was read."""

    def __init__(self, cluster: Cluster, traffic: Traffic) -> None:
        self.name, self.traffic = cluster.name, traffic
        self.hint = cluster.credentials.renewal("log in again, or give a token with tokenEnv")
        self._configuration, self._pool = connection(cluster)
        self._served: dict[str, frozenset[str] | SourceError] = {}
        self._groups: Mapping[str, tuple[str, ...]] | None = None

    # -- discovery -----------------------------------------------------------------------------------------------

    def serves(self, group_version: str, resource: str) -> bool:
        """Whether the API lists a resource of a group version (`v1`, `serving.kserve.io/v1beta1`)."""
        if group_version not in self._served:
            self._served[group_version] = self._resources(group_version)
        served = self._served[group_version]
        if isinstance(served, SourceError):
            raise served
        return resource in served

    def _resources(self, group_version: str) -> frozenset[str] | SourceError:
        path = f"/apis/{group_version}" if "/" in group_version else f"/api/{group_version}"
        try:
            rows = self.get(path).get("resources")
        except NotServed:
            return frozenset()
        except SourceError as error:
            return error
        rows = rows if isinstance(rows, list) else []
        return frozenset(str(row.get("name")) for row in rows if isinstance(row, Mapping) and _is_listed(row))

    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The versions of every API group, asked for once."""
        if self._groups is None:
            self._groups = self._read_groups()
        return self._groups

    def _read_groups(self) -> Mapping[str, tuple[str, ...]]:
        rows = self.get("/apis").get("groups")
        found: dict[str, tuple[str, ...]] = {}
        for row in rows if isinstance(rows, list) else ():
            versions = row.get("versions") if isinstance(row, Mapping) else None
            if isinstance(versions, list):
                found[str(row.get("name"))] = tuple(str(v.get("version")) for v in versions if isinstance(v, Mapping))
        return found

    # -- listing -------------------------------------------------------------------------------------------------

    def read_list(self, group_version: str, resource: str, namespace: str = "") -> list[Mapping[str, Any]]:
        """Every object of a resource."""
        return self.read_each(group_version, resource, namespace, lambda item: item)

    def read_each(
        self, group_version: str, resource: str, namespace: str, keep: Callable[[Mapping[str, Any]], T | None]
    ) -> list[T]:
        """What `keep` makes of every object of a resource, None left out; a page is dropped before the next is read.

        A listing that expires is begun again once, then asked for in one piece.
        """
        root = f"/apis/{group_version}" if "/" in group_version else f"/api/{group_version}"
        path = f"{root}/namespaces/{namespace}/{resource}" if namespace else f"{root}/{resource}"
        for limit in (PAGE, PAGE, None):
            try:
                return [kept for item in self._pages(path, limit) if (kept := keep(item)) is not None]
            except Gone as error:
                last = error
                self.traffic.retry()
        raise SourceError(last.message, last.hint)

    def _pages(self, path: str, limit: int | None) -> Iterator[Mapping[str, Any]]:
        query: dict[str, str] = {"limit": str(limit)} if limit else {}
        seen: set[str] = set()
        while True:
            answer = self.get(path, query)
            items = answer.get("items")
            metadata = answer.get("metadata")
            if "items" not in answer or not isinstance(items, list | None) or not isinstance(metadata, Mapping):
                raise SourceError(f"{self._what(path)}: the answer is no list", "is `server` a Kubernetes API?")
            self.traffic.page()
            yield from (item for item in items or () if isinstance(item, Mapping))
            token = str(metadata.get("continue") or "")
            if not token:
                return
            if token in seen or len(seen) == MOST_PAGES:
                what = "the same page token came twice" if token in seen else f"more than {MOST_PAGES} pages"
                raise SourceError(f"{self._what(path)}: {what}", "report this to the cluster's admin")
            seen.add(token)
            query["continue"] = token

    # -- rights ----------------------------------------------------------------------------------------------------

    def may(self, verb: str, group: str, resource: str, namespace: str = "") -> bool:
        """Whether the API would let this token do so (a SelfSubjectAccessReview, which changes nothing)."""
        attributes = {"verb": verb, "group": group, "resource": resource, "namespace": namespace}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        status = self._json(path, *self._request(path, {}, review)).get("status")
        return isinstance(status, Mapping) and status.get("allowed") is True

    # -- one request ---------------------------------------------------------------------------------------------

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """One JSON object. Tries again, in bounds, where that may help."""
        for attempt in range(1, TRIES + 1):
            try:
                status, headers, body = self._request(path, query or {})
            except SourceError:
                if attempt == TRIES:
                    raise
                status, headers, body = 0, {}, b""
            if status and (status not in RETRIED or attempt == TRIES or _is_final(status, body)):
                return self._json(path, status, headers, body)
            self.traffic.retry()
            time.sleep(_wait(attempt, headers))
        raise AssertionError("the last try returns or raises")

    def _request(
        self, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request: GET, or POST where there is a body."""
        since, status = self.traffic.request(), None
        url = f"{self._configuration.host}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": "application/json"}
        token = self._configuration.auth_settings().get("BearerToken", {}).get("value")
        if token:
            headers["Authorization"] = token
        try:
            answer = self._pool.request(
                "GET" if body is None else "POST",
                url,
                headers=headers if body is None else {**headers, "Content-Type": "application/json"},
                body=None if body is None else json.dumps(body),
                timeout=TIMEOUT,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            told, status = answer.read(LARGEST + 1), answer.status
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            raise SourceError(f"{self._what(path)}: {_reason(error)}", _hint(error)) from error
        finally:
            self.traffic.answered(path, status, since)
        if len(told) > LARGEST:
            raise SourceError(f"{self._what(path)}: the answer is longer than {LARGEST >> 20} MiB")
        return answer.status, answer.headers, told

    def _json(self, path: str, status: int, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
        what = self._what(path)
        if status in (200, 201):
            try:
                data = parse_json(body.decode("utf-8-sig", "replace"))
            except ValueError as error:
                html = body.lstrip()[:1] == b"<"
                reason = "HTML came where JSON was expected" if html else "the answer is cut off or no JSON"
                raise SourceError(
                    f"{what}: {reason}", "is `server` the API server itself, not a console or a proxy?"
                ) from error
            if isinstance(data, Mapping):
                return data
            raise SourceError(f"{what}: the answer is no JSON object")
        if status == 401:
            raise SourceError(f"{what}: 401, the token is not accepted", self.hint)
        if status == 403:
            hint = "apply the ClusterRole of the README and bind it to this token's account"
            raise Forbidden(f"{what}: 403, the token may not read this", hint)
        if status == 404:
            raise NotServed(f"{what}: 404, there is no such resource")
        if status == 410:
            raise Gone(f"{what}: 410, the listing expired")
        if 300 <= status < 400:
            raise SourceError(
                f"{what}: it redirects elsewhere ({status})", "name the API server's own address in `server`"
            )
        if b"conversion webhook" in body:
            raise ConversionFailed(
                f"{what}: {status}, a conversion webhook of the cluster failed", "look at KServe's controllers"
            )
        raise SourceError(f"{what}: the API server answered {status}", "try again later; look at the cluster's health")

    def _what(self, path: str) -> str:
        return f"cluster {self.name}: {path}"


def _is_listed(resource: Mapping[str, Any]) -> bool:
    verbs = resource.get("verbs")
    return isinstance(verbs, list) and "list" in verbs


def _is_final(status: int, body: bytes) -> bool:
    """Whether trying again is of no use: a failed conversion fails for every object."""
    return status == 500 and b"conversion webhook" in body


def _wait(attempt: int, headers: Mapping[str, str]) -> float:
    asked = headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,6}", asked) else float(WAIT * 2 ** (attempt - 1))


def _reason(error: Exception) -> str:
    text = str(error)
    if "certificate" in text.lower():
        return "its certificate is not trusted"
    if isinstance(error, urllib3.exceptions.TimeoutError) and not isinstance(
        error, urllib3.exceptions.NewConnectionError
    ):
        return "no answer in time"
    if "refused" in text:
        return "the connection was refused"
    if "resolve" in text.lower() or "Name or service" in text:
        return "the host name is not known"
    return "the connection broke"


def _hint(error: Exception) -> str:
    if "certificate" in str(error).lower():
        return "name the CA that signed it with caFile"
    return "check `server`, and that this machine may reach it"
