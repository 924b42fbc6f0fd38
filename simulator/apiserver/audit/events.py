"""The audit trail as an API server's log has it: one Event in JSON a line. Upstream: apiserver/pkg/apis/audit/v1"""

from collections.abc import Iterator
from typing import Final

import orjson

from simulator.api.requests import User
from simulator.apiserver.audit.identities import agent_of, user_of
from simulator.apiserver.audit.trail import Noted, Trail, audit_id
from simulator.kernel.clock import timestamp
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release

PATH: Final = "/var/log/kubernetes/audit.log"
STARTED: Final = frozenset({"watch"})
"""Verbs that go on: the log has them when they begin."""


def log(trail: Trail, release: Release) -> str:
    """The whole log: a line for each stage that is told of."""
    return "".join(line for number, noted in trail.entries() for line in lines(number, noted, release))


def lines(number: int, noted: Noted, release: Release) -> list[str]:
    """The lines of one entry."""
    return [orjson.dumps(one).decode() + "\n" for one in stages(event(number, noted, release), noted)]


def stages(last: Object, noted: Noted) -> Iterator[Object]:
    """The Events of a request: that it came, and that it was answered."""
    if "RequestReceived" not in noted.omitted and not noted.begun[0]:
        answered = ("responseStatus", "annotations", "requestObject", "responseObject")
        yield {name: value for name, value in last.items() if name not in answered} | {"stage": "RequestReceived"}
    if last["stage"] not in noted.omitted:
        yield last


def event(number: int, noted: Noted, release: Release) -> Object:
    """What is told once a request is answered."""
    user = user_of(noted.user, noted.node) if noted.is_component else User(noted.user, noted.groups)
    agent = agent_of(noted.user, release, noted.resource) if noted.is_component else noted.agent
    when, begun = moment(noted.at), noted.begun if noted.begun[0] else (number, noted.at)
    goes_on = noted.verb in STARTED and not noted.begun[0]
    found: Object = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": noted.level,
        "auditID": audit_id(*begun, noted.user, noted.url),
        "stage": "ResponseStarted" if goes_on else "ResponseComplete",
        "requestURI": noted.url or url_of(noted),
        "verb": noted.verb,
        "user": person(user),
    }
    if noted.impersonated:
        found["impersonatedUser"] = {"username": noted.impersonated}
    found["sourceIPs"] = [noted.source] if noted.source else ["127.0.0.1"]
    if agent:
        found["userAgent"] = agent
    if noted.resource:
        found["objectRef"] = reference(noted)
    found["responseStatus"] = {"metadata": {}, "code": noted.code}
    for name, body in (("requestObject", noted.request), ("responseObject", noted.response)):
        if body is not None:
            found[name] = body
    found |= {"requestReceivedTimestamp": moment(begun[1]), "stageTimestamp": when}
    decision = "forbid" if noted.code == 403 and not noted.annotations else "allow"
    annotations = {"authorization.k8s.io/decision": decision, "authorization.k8s.io/reason": ""}
    return {**found, "annotations": {**annotations, **dict(noted.annotations)}}


def person(user: User) -> Object:
    return {"username": user.name, **({"groups": list(user.groups)} if user.groups else {})}


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
