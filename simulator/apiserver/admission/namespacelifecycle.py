"""Refuses objects in a Namespace that is not there or is going away, and keeps the Namespaces nobody may delete.

Upstream: apiserver/pkg/admission/plugin/namespace/lifecycle
"""

from simulator.api.errors import Forbidden, NotFound
from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import at

IMMORTAL = frozenset({"default", "kube-system", "kube-public"})
ACCESS_REVIEWS = frozenset({"localsubjectaccessreviews.authorization.k8s.io"})


class NamespaceLifecycle:
    """A namespaced object needs a Namespace that is there to stay."""

    name = "NamespaceLifecycle"
    on = ("*",)
    operations = ("CREATE", "DELETE")

    def admit(self, attributes: Attributes) -> None:
        resource = attributes.resource
        if attributes.operation == "DELETE":
            if resource.key == "namespaces" and attributes.name in IMMORTAL:
                raise Forbidden("namespaces", attributes.name, "this namespace may not be deleted")
            return
        if not attributes.namespace or resource.key == "namespaces" or resource.key in ACCESS_REVIEWS:
            return
        namespace = attributes.backend.read("namespaces", ("", attributes.namespace))
        if namespace is None:
            raise NotFound("namespaces", attributes.namespace)
        if at(namespace, "status", "phase") == "Terminating" and not attributes.subresource:
            message = f"unable to create new content in namespace {attributes.namespace} because it is being terminated"
            error = Forbidden(resource.plural, attributes.name, message, group=resource.group)
            cause = {
                "reason": "NamespaceTerminating",
                "message": f"namespace {attributes.namespace} is being terminated",
                "field": "metadata.namespace",
            }
            error.details = {**(error.details or {}), "causes": [cause]}
            raise error
