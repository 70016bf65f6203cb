"""How a cluster is connected to, as its configuration names it. The one door to the kubernetes package.

It is imported where it is used: it takes a quarter of a second, and half of the commands read no cluster.
"""

from __future__ import annotations

import binascii
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from os.path import expanduser  # unlike that of Path it leaves ~ where there is no home
from pathlib import Path
from typing import Any, Final

import yaml

from rhoai_catalog.config import Cluster, parse_kubeconfig, read_kubeconfig
from rhoai_catalog.errors import GeneratorError, SourceError
from rhoai_catalog.http.trust import host_of

# What the client raises for kubeconfigs that are none: it looks into whatever they hold.
ODD: Final = (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError, binascii.Error)
VARIABLE: Final = "KUBECONFIG"
DEFAULT: Final = "~/.kube/config"
OF_LOGINS: Final = "sha256~"  # what the tokens of OpenShift's own OAuth server begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a cluster's API is, its pool of connections (TLS as configured), and what a request shows of who asks.

    `ca_file` holds the certificates that are believed there; None: those that everybody trusts.
    """

    host: str
    ca_file: Path | None
    pool: Any
    authorization: Callable[[], str | None]


def connection(cluster: Cluster) -> Connection:
    """How a cluster is reached. Raises SourceError, or ConfigError for a missing token."""
    from kubernetes import client

    configuration = _configuration(cluster)

    def authorization() -> str | None:
        try:
            value = configuration.auth_settings().get("BearerToken", {}).get("value")
        except Exception as error:  # a token that runs out is renewed by whatever the kubeconfig names
            raise SourceError(f"cluster {cluster.name}: its token cannot be renewed", "log in again") from error
        if value and re.search(r"[^ -~]", value):
            raise SourceError(f"cluster {cluster.name}: the token holds a character that no token has", "log in again")
        return value or None

    pool = client.ApiClient(configuration).rest_client.pool_manager
    ca_file = Path(configuration.ssl_ca_cert) if configuration.ssl_ca_cert else None
    return Connection(host=configuration.host, ca_file=ca_file, pool=pool, authorization=authorization)


def is_logged_in(cluster: Cluster) -> bool:
    """Whether who asks does so by the token of a login to OpenShift."""
    return (connection(cluster).authorization() or "").startswith(f"Bearer {OF_LOGINS}")


def name_in_kubeconfig(cluster: Cluster) -> str:
    """What a kubeconfig that can be used calls the cluster of the context."""
    from kubernetes.config.kube_config import KubeConfigLoader

    loader = KubeConfigLoader(_kubeconfig(cluster), active_context=cluster.context)  # type: ignore[no-untyped-call]
    return str(loader.current_context["context"]["cluster"])


def _configuration(cluster: Cluster) -> Any:
    """The connection as the configuration names it. Raises SourceError, or ConfigError for a missing token."""
    from kubernetes import client
    from kubernetes import config as kubernetes_config

    configuration: Any = client.Configuration()
    configuration.proxy = configuration.no_proxy = None  # the client takes them from the environment
    try:
        if cluster.in_cluster:
            kubernetes_config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
        elif cluster.server is not None:
            configuration.host = cluster.server.rstrip("/")
        else:
            _require_kubeconfig(cluster)
            kubernetes_config.load_kube_config_from_dict(  # type: ignore[no-untyped-call]
                _kubeconfig(cluster),
                context=cluster.context,
                client_configuration=configuration,
                persist_config=False,
            )
    except (kubernetes_config.ConfigException, OSError, *ODD) as error:
        if cluster.in_cluster:
            where, hint = "the pod's service account", "inCluster is for a pod of the cluster"
        else:
            where, hint = _place(cluster), "check kubeconfig and context"
            if wrong := next(filter(None, map(_mistake, _files(cluster))), ""):
                raise SourceError(f"cluster {cluster.name}: {wrong}", "mend the kubeconfig, or name another") from error
        raise SourceError(f"cluster {cluster.name}: {where} cannot be used: {_short(error)}", hint) from error
    token = cluster.credentials.token()
    if token:
        configuration.api_key = {"authorization": f"Bearer {token}"}
        configuration.refresh_api_key_hook = None  # it would put the kubeconfig's own token in its place
    if cluster.ca_file is not None:
        if not cluster.ca_file.is_file():
            raise SourceError(f"cluster {cluster.name}: the CA file {cluster.ca_file} is not there", "check caFile")
        configuration.ssl_ca_cert = str(cluster.ca_file)
    if token or cluster.ca_file is not None:
        configuration.verify_ssl = True  # whatever a kubeconfig says
    scheme = configuration.host.partition(":")[0].lower()
    if scheme not in ("http", "https") or not host_of(configuration.host):
        raise SourceError(f"cluster {cluster.name}: its server is no http(s) address", "check `server`")
    if configuration.proxy and scheme != "https":
        raise SourceError(
            f"cluster {cluster.name}: the kubeconfig's proxy would read all that goes to {configuration.host}",
            "use https, or take proxy-url out of it",
        )
    return configuration


def _kubeconfigs(cluster: Cluster) -> str:
    """The files of the kubeconfig as its variable has them: the one that is named, else those of whoever runs this."""
    return str(cluster.kubeconfig or os.environ.get(VARIABLE) or DEFAULT)


def _files(cluster: Cluster) -> list[Path]:
    """Those of them that are there."""
    names = _kubeconfigs(cluster).split(os.pathsep)
    return [file for name in names if name and (file := Path(expanduser(name))).exists()]  # noqa: PTH111


def _place(cluster: Cluster) -> str:
    """Where a kubeconfig is looked for."""
    if cluster.kubeconfig:
        return str(cluster.kubeconfig)
    return f"{_kubeconfigs(cluster)} ({VARIABLE} {'says so' if os.environ.get(VARIABLE) else 'is not set'})"


def _require_kubeconfig(cluster: Cluster) -> None:
    if not _files(cluster):
        hint = "log in (`oc login`), or name the file: `init --kubeconfig FILE`, or `kubeconfig` in generator.yaml"
        raise SourceError(f"cluster {cluster.name}: there is no kubeconfig {_place(cluster)}", hint)


def _mistake(file: Path) -> str:
    """What is wrong in a kubeconfig that cannot be used, and where; empty where it is built as one."""
    try:
        parse_kubeconfig(file)
    except GeneratorError as error:
        return error.message
    return ""


def _kubeconfig(cluster: Cluster) -> Any:
    """The kubeconfig as the client takes it: parsed, with the place that it names files from.

    A path is for the client a list of several. So it is of the environment's, which whoever runs the program has set.
    """
    from kubernetes.config import kube_config

    if cluster.kubeconfig is None:
        return kube_config.KubeConfigMerger(_kubeconfigs(cluster)).config  # type: ignore[no-untyped-call]
    keys = read_kubeconfig(cluster, cluster.kubeconfig)
    return kube_config.ConfigNode("the kubeconfig", keys, str(cluster.kubeconfig))  # type: ignore[no-untyped-call]


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
