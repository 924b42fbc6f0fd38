"""Gives each Namespace what its Pods need to speak to the API: an account and the cluster's certificate.

Upstream: pkg/controller/serviceaccount, pkg/controller/certificates/rootcacertpublisher
"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.controllers.pods import is_deleted
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, at

ROOT_CA = "kube-root-ca.crt"
SYSTEM_NAMESPACE = "kube-system"
DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


class PerNamespace(Controller):
    """Keeps one object in every Namespace; `watches` is namespaces and that object's resource."""

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == "namespaces":
            yield "", change.object["metadata"]["name"]
        elif change.object["metadata"]["name"] == self.wanted_name:
            yield "", change.object["metadata"]["namespace"]

    wanted_name = ""

    def reconcile(self, key: Key) -> None:
        namespace = self.client.get("namespaces", *key)
        if namespace is not None and not is_deleted(namespace) and at(namespace, "status", "phase") != "Terminating":
            self.provide(key[1])

    def provide(self, namespace: str) -> None:
        raise NotImplementedError


class ServiceAccountController(PerNamespace):
    """Keeps the account `default`."""

    name = "serviceaccount-controller"
    watches = ("namespaces", "serviceaccounts")
    wanted_name = "default"

    def provide(self, namespace: str) -> None:
        if self.client.get("serviceaccounts", namespace, "default") is None:
            metadata = {"name": "default", "namespace": namespace}
            self.client.create("serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})


class RootCAPublisher(PerNamespace):
    """Keeps the ConfigMap with the cluster's root certificate."""

    name = "root-ca-certificate-publisher-controller"
    watches = ("namespaces", "configmaps")
    wanted_name = ROOT_CA

    def provide(self, namespace: str) -> None:
        published = self.client.get("configmaps", SYSTEM_NAMESPACE, ROOT_CA)
        data = (published or {}).get("data")
        if data is None:
            return  # whoever boots the cluster puts the first one into kube-system
        current = self.client.get("configmaps", namespace, ROOT_CA)
        if current is None:
            metadata = {
                "name": ROOT_CA,
                "namespace": namespace,
                "annotations": {"kubernetes.io/description": DESCRIPTION},
            }
            self.client.create(
                "configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
            )
        elif current.get("data") != data:
            self.client.change("configmaps", current, ("data",), data)
