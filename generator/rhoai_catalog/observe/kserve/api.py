"""A Kubernetes API: what it serves, and complete listings or an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

from rhoai_catalog import limits
from rhoai_catalog.config import Cluster
from rhoai_catalog.errors import GeneratorError, SourceError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import Forbidden, NotFound, Refused, Wording
from rhoai_catalog.http.paging import pages
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.response import Response
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.kserve.connection import connection
from rhoai_catalog.observe.kserve.fields import Object

T = TypeVar("T")
KUBECONFIG: Final = "`server` in the kubeconfig"
EVERYWHERE: Final = ("/version", "/apis")  # what every API server has
WEBHOOK: Final = b"conversion webhook"  # where that fails, it fails for every object
POLICY: Final = Policy(
    page=500, largest=limits.LISTING_BYTES, retried=frozenset((429, 500, 502, 503, 504)), final=WEBHOOK
)  # a listing that expires twice comes in one piece


class Expired(SourceError):
    """410: the continue token of a listing is no longer valid."""


class ConversionFailed(SourceError):
    """500 of a conversion webhook: the objects may be readable at the version they are stored at."""


class ClusterWording(Wording):
    """Of a cluster; `server` is where its address comes from."""

    log: ClassVar[str] = "try again later; look at the cluster's health"
    pages: ClassVar[str] = "report this to the cluster's admin"

    def __init__(self, name: str, token: str, server: str) -> None:
        super().__init__(name, token)
        self.server = server
        self.reach = f"check {server}, and that this machine may reach it"
        self.login = self.address = f"is {server} the API server itself, not a console or a proxy?"
        if server == KUBECONFIG:
            self.trust = "name the CA that signed it with `certificate-authority` in the kubeconfig"

    @classmethod
    def of(cls, cluster: Cluster) -> ClusterWording:
        token = cluster.credentials.renewal("log in again, or give a token with tokenEnv")
        server = "the pod's KUBERNETES_SERVICE_HOST" if cluster.in_cluster else KUBECONFIG
        return cls(f"cluster {cluster.name}", token, "`server`" if cluster.server else server)

    def refusal(self, path: str, response: Response) -> GeneratorError:
        what, status = f"{self.name}: {path}", response.status
        if status == 401:
            return Refused(f"{what}: 401, the token is not accepted", self.token)
        if status == 403:
            hint = "apply the ClusterRole of `rhoai-catalog help by-hand`, and bind it to this token's account"
            return Forbidden(f"{what}: 403, the token may not read this", hint)
        if status == 404:
            hint = self.address if path in EVERYWHERE else ""
            return NotFound(f"{what}: 404, there is no such resource", hint)
        if status == 410:
            return Expired(f"{what}: 410, the listing expired")
        if 300 <= status < 400:
            hint = f"name the API server's own address in {self.server}"
            return self.failure(path, f"it redirects elsewhere ({status})", hint)
        if WEBHOOK in response.body:
            hint = "look at KServe's controllers"
            return ConversionFailed(f"{what}: {status}, a conversion webhook of the cluster failed", hint)
        return self.failure(path, f"the API server answered {status}", self.log)


class KubernetesApi:
    """One cluster's API. Every method raises SourceError, naming the cluster and what was read."""

    def __init__(self, cluster: Cluster, traffic: Traffic, policy: Policy | None = None) -> None:
        reached = connection(cluster)
        self.traffic, self.policy = traffic, policy or POLICY
        self.server, self.ca_file = reached.host, reached.ca_file
        self.host = urlsplit(reached.host).hostname or ""
        self._client = Client(
            reached.host,
            wording=ClusterWording.of(cluster),
            traffic=traffic,
            policy=self.policy,
            pool=reached.pool,
            authorization=reached.authorization,
            plain_http=cluster.plain_http,
        )
        self._served: dict[str, frozenset[str] | SourceError] = {}
        self._groups: Mapping[str, tuple[str, ...]] | None = None

    def close(self) -> None:
        self._client.close()

    def get(self, path: str) -> Object:
        """One JSON object."""
        return self._client.get(path)

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
        try:
            rows = self.get(_root(group_version)).get("resources")
        except NotFound:
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
        groups: dict[str, tuple[str, ...]] = {}
        for row in rows if isinstance(rows, list) else ():
            versions = row.get("versions") if isinstance(row, Mapping) else None
            if isinstance(versions, list):
                groups[str(row.get("name"))] = tuple(str(v.get("version")) for v in versions if isinstance(v, Mapping))
        return groups

    # -- listing -------------------------------------------------------------------------------------------------

    def read_list(self, group_version: str, resource: str, namespace: str = "") -> list[Object]:
        """Every object of a resource."""
        return self.read_each(group_version, resource, namespace, lambda item: item)

    def read_each(
        self, group_version: str, resource: str, namespace: str, keep: Callable[[Object], T | None]
    ) -> list[T]:
        """What `keep` makes of every object of a resource, None left out; a page is dropped before the next is read.

        A listing that expires is begun again once, then asked for in one piece.
        """
        within = f"/namespaces/{namespace}" if namespace else ""
        path = f"{_root(group_version)}{within}/{resource}"
        for limit in (self.policy.page, self.policy.page, None):
            try:
                return [kept for item in self._items(path, limit) if (kept := keep(item)) is not None]
            except Expired as error:
                last = error
                self.traffic.retry()
        raise SourceError(last.message, last.hint)

    def _items(self, path: str, limit: int | None) -> Iterator[Object]:
        wording = self._client.wording
        query: dict[str, str] = {"limit": str(limit)} if limit else {}

        def split(answer: Object) -> tuple[list[Any], str]:
            items, metadata = answer.get("items"), answer.get("metadata")
            if "items" not in answer or not isinstance(items, list | None) or not isinstance(metadata, Mapping):
                raise wording.failure(path, "the answer is no list", "is `server` a Kubernetes API?")
            return items or [], str(metadata.get("continue") or "")

        def following(token: str) -> Mapping[str, str]:
            return {**query, "continue": token}

        for page in pages(self._client, path, query, split=split, following=following):
            yield from (item for item in page if isinstance(item, Mapping))

    # -- rights ----------------------------------------------------------------------------------------------------

    def may_list(self, group: str, resource: str, namespace: str = "") -> bool:
        """Whether the API would let this token list a resource (a SelfSubjectAccessReview, which changes nothing)."""
        attributes = {"verb": "list", "group": group, "resource": resource, "namespace": namespace}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        status = self._client.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review).get("status")
        return isinstance(status, Mapping) and status.get("allowed") is True


def _root(group_version: str) -> str:
    return f"/apis/{group_version}" if "/" in group_version else f"/api/{group_version}"


def _is_listed(resource: Object) -> bool:
    verbs = resource.get("verbs")
    return isinstance(verbs, list) and "list" in verbs
