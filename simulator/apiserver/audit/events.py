"""The audit trail as an API server's log has it: one Event in JSON a line. Upstream: apiserver/pkg/apis/audit/v1"""

from typing import Final

import orjson

from simulator.apiserver.audit.trail import Noted, Trail, audit_id
from simulator.kernel.clock import timestamp
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release

PATH: Final = "/var/log/kubernetes/audit.log"
STARTED: Final = frozenset({"watch"})
"""Verbs that go on: the log has them when they begin."""
COMMIT: Final = "0000000"
ACCOUNTS: Final = "system:serviceaccounts"
IDENTITIES: Final[dict[str, tuple[str, tuple[str, ...], str, str]]] = {
    "kube-scheduler": ("system:kube-scheduler", (), "kube-scheduler", "/scheduler"),
    "kube-apiserver": ("system:apiserver", ("system:masters",), "kube-apiserver", ""),
}
"""Components that are no controllers: user, groups, program, and the end of the user agent."""


def log(trail: Trail, release: Release) -> str:
    """The whole log."""
    return "".join(orjson.dumps(event(number, noted, release)).decode() + "\n" for number, noted in trail.entries())


def event(number: int, noted: Noted, release: Release) -> Object:
    user, agent = identity(noted, release) if noted.is_component else (person(noted), noted.agent)
    when = moment(noted.at)
    found: Object = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "Metadata",
        "auditID": audit_id(number, noted.at, noted.user, noted.url),
        "stage": "ResponseStarted" if noted.verb in STARTED else "ResponseComplete",
        "requestURI": noted.url or url_of(noted),
        "verb": noted.verb,
        "user": user,
    }
    if noted.impersonated:
        found["impersonatedUser"] = {"username": noted.impersonated}
    found["sourceIPs"] = [noted.source] if noted.source else ["127.0.0.1"]
    if agent:
        found["userAgent"] = agent
    found["objectRef"] = reference(noted)
    found["responseStatus"] = {"metadata": {}, "code": noted.code}
    found |= {"requestReceivedTimestamp": when, "stageTimestamp": when}
    decision = "forbid" if noted.code == 403 and not noted.annotations else "allow"
    annotations = {"authorization.k8s.io/decision": decision, "authorization.k8s.io/reason": ""}
    return {**found, "annotations": {**annotations, **dict(noted.annotations)}}


def person(noted: Noted) -> Object:
    return {"username": noted.user, **({"groups": list(noted.groups)} if noted.groups else {})}


def identity(noted: Noted, release: Release) -> tuple[Object, str]:
    """User and user agent of a component, as they are in a cluster made with kubeadm."""
    system = f"v{release} (linux/amd64) kubernetes/{COMMIT}"
    if noted.user == "kubelet":
        name = f"system:node:{noted.node or 'unknown'}"
        return {"username": name, "groups": ["system:nodes", "system:authenticated"]}, f"kubelet/{system}"
    if noted.user in IDENTITIES:
        name, own, program, rest = IDENTITIES[noted.user]
        return {"username": name, "groups": [*own, "system:authenticated"]}, f"{program}/{system}{rest}"
    name = f"system:serviceaccount:kube-system:{noted.user}"
    groups = [ACCOUNTS, f"{ACCOUNTS}:kube-system", "system:authenticated"]
    return {"username": name, "groups": groups}, f"kube-controller-manager/{system}/{name}"


def reference(noted: Noted) -> Object:
    found: Object = {"resource": noted.resource}
    for name, value in (("namespace", noted.namespace), ("name", noted.name), ("apiGroup", noted.group)):
        if value:
            found[name] = value
    found["apiVersion"] = noted.version
    if noted.subresource:
        found["subresource"] = noted.subresource
    return found


def url_of(noted: Noted) -> str:
    """The path of a component's write."""
    head = f"/apis/{noted.group}/{noted.version}" if noted.group else f"/api/{noted.version}"
    where = f"/namespaces/{noted.namespace}" if noted.namespace else ""
    name = "" if noted.verb == "create" and not noted.subresource else f"/{noted.name}"
    below = f"/{noted.subresource}" if noted.subresource else ""
    return f"{head}{where}/{noted.resource}{name}{below}"


def moment(at: int) -> str:
    """A moment with microseconds."""
    return f"{timestamp(at).removesuffix('Z')}.{at % 1_000_000:06d}Z"
