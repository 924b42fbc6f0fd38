"""Says of rules written in CEL that they are kept, but that nobody is held to them.

Upstream: apiserver/pkg/admission/plugin/policy, apiextensions-apiserver/pkg/apiserver/schema/cel
"""

from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.custom.kinds import DEFINITIONS
from simulator.apiserver.custom.structural import has_rules
from simulator.machinery.objects import at

GROUP = "admissionregistration.k8s.io"
POLICIES = (f"validatingadmissionpolicies.{GROUP}", f"mutatingadmissionpolicies.{GROUP}")
WARNING = "the CEL rules of this object are stored but not evaluated by this cluster"


class Expressions:
    """Warns whoever writes a rule that will not be evaluated."""

    name = "Expressions"
    on = (DEFINITIONS, *POLICIES)
    operations = ("CREATE", "UPDATE")

    def validate(self, attributes: Attributes) -> None:
        if attributes.subresource:
            return
        if attributes.resource.key in POLICIES or any(
            has_rules(at(version, "schema", "openAPIV3Schema", default={}))
            for version in attributes.object["spec"]["versions"]
        ):
            attributes.warnings.append(WARNING)
