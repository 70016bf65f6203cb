"""The account that reads a cluster, with the rights that reading needs and no more, to be applied by an admin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.roles import cluster_rules
from rhoai_catalog.survey import Choices, Survey

ACCOUNT: Final = "rhoai-catalog-reader.yaml"
NAMESPACE: Final = "rhoai-catalog"
NAME: Final = "rhoai-catalog"
ROLE: Final = "rhoai-catalog-reader"
RBAC: Final = "rbac.authorization.k8s.io"
HEADER: Final = f"""\
# The account with which rhoai-catalog reads this cluster: `oc apply -f {ACCOUNT}`, once, as an admin.
# It may `list` servers and what stands around them, and `get` the Service of each registry that was found, as the
# registry's proxy asks for. It may not call a protected model (`get` on a server), see a Secret, or change anything.
"""

Object = Mapping[str, Any]


def account_file(choices: Choices) -> str:
    """The name of the file: one for each cluster, the first without its name."""
    return f"rhoai-catalog-reader-{choices.cluster}.yaml" if choices.joins else ACCOUNT


def account(survey: Survey) -> str:
    """One file for `oc apply -f`: namespace, account, its role, and one for each registry."""
    return HEADER + "".join(documents.dump(each) for each in _objects(survey))


def _objects(survey: Survey) -> Iterator[Object]:
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": NAME, "namespace": NAMESPACE}}
    yield {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": ROLE},
        "rules": list(cluster_rules()),
    }
    yield _binding("ClusterRoleBinding", "ClusterRole", {"name": ROLE})
    for registry in survey.registries:
        place = {"name": f"{ROLE}-{registry}", "namespace": survey.namespace}
        rule = {"apiGroups": [""], "resources": ["services"], "resourceNames": [registry], "verbs": ["get"]}
        yield {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": place, "rules": [rule]}
        yield _binding("RoleBinding", "Role", place)


def _binding(kind: str, role: str, place: Mapping[str, str]) -> Object:
    """What gives the account a role of the same name."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": kind,
        "metadata": dict(place),
        "roleRef": {"apiGroup": RBAC, "kind": role, "name": place["name"]},
        "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
    }
