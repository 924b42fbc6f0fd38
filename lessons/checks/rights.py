"""Checks of what somebody may do, as the API server itself answers."""

from collections.abc import Mapping
from typing import Any

from lessons.checks.asking import call
from lessons.checks.finding import MET, Finding, both, unmet
from lessons.checks.view import View

REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
SERVICE_ACCOUNT = "system:serviceaccount:"


def can(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{can: "system:serviceaccount:shop:robot", verb: list, resource: pods, namespace: shop, allowed: true}`; with
    `subresource` and `group` (of the API) where needed. `allowed` is true unless it says false; `groups` are those that
    somebody is in beside the ones that the API server adds."""
    who, wanted = declared["can"], declared.get("allowed", True)
    asked = {key: declared[key] for key in ("verb", "resource", "subresource", "namespace", "group") if key in declared}
    spec = {"user": who, "groups": [*declared.get("groups", ()), *groups_of(who)], "resourceAttributes": asked}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
    allowed = bool(call(view, "POST", REVIEWS, review)["status"]["allowed"])
    if allowed == wanted:
        return MET
    what = "/".join(str(declared[key]) for key in ("resource", "subresource") if key in declared)
    where = declared.get("namespace", "")
    action = f"{declared['verb']} {what}" + (f" ({where})" if where else "")
    return unmet(said(action, may=wanted), said(action, may=allowed), who)


def groups_of(who: str) -> list[str]:
    """The groups that the API server puts a user into by itself."""
    if who.startswith(SERVICE_ACCOUNT):
        namespace = who.removeprefix(SERVICE_ACCOUNT).partition(":")[0]
        return ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
    return ["system:authenticated"]


def said(action: str, *, may: bool) -> dict[str, str]:
    return both(f"may {action}", f"{action} 허용") if may else both(f"may not {action}", f"{action} 거부")
