"""The tokens of ServiceAccounts that a node asks for."""

from typing import Final

from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.noderestriction.refusing import existing, refuse
from simulator.apiserver.rbac.authorizer import Action, Authorizer
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

CLAIMS: Final = "persistentvolumeclaims"
AUDIENCES: Final = 33
"""Since this minor release a node gets tokens only for the audiences that its Pod names."""
ASK_AUDIENCE: Final = "request-serviceaccounts-token-audience"


def token(node: str, attributes: Attributes, authorizer: Authorizer, minor: int) -> None:
    """One for a Pod that is on it, and for whom that Pod asks."""
    spec = attributes.object.get("spec") or {}
    bound = spec.get("boundObjectRef") or {}
    if (bound.get("apiVersion"), bound.get("kind")) != ("v1", "Pod") or not bound.get("name"):
        refuse(attributes, "node requested token not bound to a pod")
    uid = bound.get("uid")
    if not uid:
        refuse(attributes, "node requested token with a pod binding without a uid")
    pod = existing(attributes, "pods", attributes.namespace, bound["name"])
    if pod["metadata"]["uid"] != uid:
        refuse(
            attributes,
            f"the UID in the bound object reference ({uid}) does not match the UID in record. "
            "The object might have been deleted and then recreated",
        )
    if pod["spec"].get("nodeName") != node:
        refuse(attributes, "node requested token bound to a pod scheduled on a different node")
    if minor >= AUDIENCES:
        audience(attributes, authorizer, spec.get("audiences") or [], pod)


def audience(attributes: Attributes, authorizer: Authorizer, audiences: list[str], pod: Object) -> None:
    if len(audiences) > 1:
        refuse(attributes, "node may only request 0 or 1 audiences")
    wanted = audiences[0] if audiences else ""
    if not wanted or wanted in audiences_of(attributes, pod):
        return
    action = Action(ASK_AUDIENCE, "", wanted, "", attributes.namespace, attributes.name)
    if not authorizer.authorize(attributes.user, action).allowed:
        whom = f"{attributes.user.name} is not authorized to request tokens for this audience"
        refuse(attributes, f"audience {quoted(wanted)} not found in pod spec volume, {whom}")


def audiences_of(attributes: Attributes, pod: Object) -> list[str]:
    """For whom the tokens are that a Pod's volumes and their drivers ask for."""
    found, drivers = [], []
    for volume in pod["spec"].get("volumes") or ():
        found += [
            at(each, "serviceAccountToken", "audience") for each in at(volume, "projected", "sources", default=())
        ]
        claim = at(volume, "persistentVolumeClaim", "claimName", default="")
        if "ephemeral" in volume:
            claim = f"{pod['metadata']['name']}-{volume['name']}"
        if claim:
            bound = attributes.backend.read(CLAIMS, (attributes.namespace, claim)) or {}
            name = at(bound, "spec", "volumeName", default="")
            behind = attributes.backend.read("persistentvolumes", ("", name)) or {}
            drivers.append(at(behind, "spec", "csi", "driver", default=""))
        drivers.append(at(volume, "csi", "driver", default=""))
    for name in filter(None, drivers):
        driver = attributes.backend.read("csidrivers.storage.k8s.io", ("", name)) or {}
        found += [each.get("audience") for each in at(driver, "spec", "tokenRequests", default=())]
    return [each for each in found if each]
