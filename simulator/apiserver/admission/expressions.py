"""Says of rules written in CEL that they are kept, but that nobody is held to them.

Upstream: apiserver/pkg/admission/plugin/policy, apiextensions-apiserver/pkg/apiserver/schema/cel
"""

from simulator.apiserver.admission.chain import Attributes

GROUP = "admissionregistration.k8s.io"
POLICIES = (f"validatingadmissionpolicies.{GROUP}", f"mutatingadmissionpolicies.{GROUP}")
WARNING = "the CEL rules of this object are stored but not evaluated by this cluster"


class Expressions:
    """Warns whoever writes a rule that will not be evaluated."""

    name = "Expressions"
    on = POLICIES
    operations = ("CREATE", "UPDATE")

    def validate(self, attributes: Attributes) -> None:
        if not attributes.subresource:
            attributes.warnings.append(WARNING)
