"""A clone that `init` runs in, a kubeconfig, and a cluster that answers who may do what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from faults import Respond
from forges import git
from outside import Answer, Request, cluster_api
from rhoai_catalog import documents

REGISTRIES = "rhoai-model-registries"
Object = dict[str, Any]


def clone(folder: Path, remote: str) -> Path:
    """An empty repository on main whose origin is at an address."""
    git(folder, "init", "--quiet", "--initial-branch=main", str(folder / "clone"))
    git(folder / "clone", "remote", "add", "origin", remote)
    return folder / "clone"


def kubeconfig(file: Path, server: str, *, token: str = "kubeconfig-token", **cluster: Any) -> Path:
    """One whose cluster is called `lab`."""
    text = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "me",
        "contexts": [{"name": "me", "context": {"cluster": "lab", "user": "me"}}],
        "clusters": [{"name": "lab", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "me", "user": {"token": token}}],
    }
    file.write_text(documents.dump(text, start=False), "utf-8")
    return file


def estate(*registries: str, hosts: bool = True, host: str = "") -> list[Object]:
    """A platform with these registries and a model catalog, each with a Route unless `hosts` is false.

    `host` is that of the first one.
    """
    component = {"managementState": "Managed", "registriesNamespace": REGISTRIES}
    objects: list[Object] = [
        {
            "apiVersion": "datasciencecluster.opendatahub.io/v1",
            "kind": "DataScienceCluster",
            "metadata": {"name": "default-dsc"},
            "spec": {"components": {"modelregistry": component}},
        },
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": REGISTRIES}},
    ]
    services = {**dict.fromkeys(registries, "model-registry"), "model-catalog": "model-catalog"}
    for number, (name, kind) in enumerate(services.items(), 2):
        objects.append(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": name, "namespace": REGISTRIES, "labels": {"component": kind}},
                "spec": {"ports": [{"name": "https-api", "port": 8443}]},
            }
        )
        if hosts:
            objects.append(_route(name, host if host and number == 2 else f"127.0.0.{number}"))
    return objects


def _route(service: str, host: str) -> Object:
    return {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {"name": f"to-{service}", "namespace": REGISTRIES},
        "spec": {"host": host, "to": {"name": service}, "tls": {"termination": "reencrypt"}},
        "status": {"ingress": [{"host": host, "conditions": [{"type": "Admitted", "status": "True"}]}]},
    }


def cluster(
    objects: list[Object], version: str = "v1.34.1", may: Callable[[Mapping[str, Any]], bool] = bool
) -> Respond:
    """A cluster with these objects; `may` says what is allowed, given the attributes of a review."""
    listing = cluster_api(objects)

    def answer(request: Request) -> Answer:
        if request.path == "/version":
            return Answer({"gitVersion": version})
        if request.method == "POST":
            return Answer({"status": {"allowed": may(request.body["spec"]["resourceAttributes"])}}, 201)
        return listing(request)

    return answer


def tree(folder: Path) -> dict[str, str]:
    """Every file that is not Git's own."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts[:1])
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}
