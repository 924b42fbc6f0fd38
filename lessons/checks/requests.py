"""Checks that ask: a request in the simulated network, a name, the list behind a Service."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, Texts, both, plain, unmet
from lessons.checks.objects import missing, spoken
from lessons.checks.view import View, is_ready
from simulator.machinery.objects import at
from simulator.network.parties import INTERNET
from simulator.runtime.network import (
    BadCertificate,
    HttpRequest,
    NameNotFound,
    NetworkFailure,
    Refused,
    ResolverTimedOut,
    ServerFailed,
    TimedOut,
)
from simulator.workstation import NAME as WORKSTATION

TIMEOUT = 3_000_000
OBJECT = re.compile(r"(https?)://(Node/[^/:]+|[A-Z]\w+/[^/]+/[^/:]+)(.*)")
NOWHERE = "0.0.0.0"
GATEWAYS = "gateways.gateway.networking.k8s.io"
SLICES = "endpointslices.discovery.k8s.io"
OUTSIDE = (WORKSTATION, INTERNET)
FAILURES: dict[str, type[NetworkFailure]] = {
    "nxdomain": NameNotFound,
    "unresolved": ResolverTimedOut,
    "servfail": ServerFailed,
    "refused": Refused,
    "timeout": TimedOut,
    "certificate": BadCertificate,
    "unreachable": NetworkFailure,
}
"""How a request may fail, the first that fits."""


@dataclass(frozen=True)
class Call:
    """What is asked: a URL with a name or an address of now."""

    url: str
    method: str = "GET"
    at: str = ""
    """Where to connect instead of where the host's name leads."""
    insecure: bool = False


@dataclass
class Answers:
    """What came of asking the same thing several times."""

    outcomes: dict[str, int] = field(default_factory=dict)
    """Status or failure → how often."""
    pods: dict[str, None] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)

    def take(self, outcome: str, who: str = "", body: bytes = b"") -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.bodies.append(body.decode("utf-8", "replace").strip())
        if who:
            self.pods[who] = None

    @property
    def words(self) -> str:
        return ", ".join(f"{number} × {outcome}" for outcome, number in sorted(self.outcomes.items()))

    def are_all(self, outcome: str) -> bool:
        return list(self.outcomes) == [outcome]


def request(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{request: http://web, from: Deployment/ns/shell, times: 20, status: 200, pods: 2, body: {contains: hello}}`.

    `from` is a workload or Pod, `Node/name`, `internet`, or the workstation. `pods` is the least number of distinct
    Pods that must answer, those behind an Ingress included; `fails` names the way it must fail instead (`FAILURES`). A
    host may be `Kind/ns/name`: its address now, which for somebody outside is the load balancer's; `Node/name` is
    the node's own. `at: Ingress/ns/name` (or a Gateway, a Service, a Node, an address) is where to connect whatever
    the host's name says; `insecure: true` takes any certificate.
    """
    source = declared.get("from", WORKSTATION)
    url = resolved(view, declared["request"], source)
    machine = machine_of(view, source)
    if machine is None:
        return not_running(view, source)
    call = Call(url, declared.get("method", "GET"), place(view, declared, source), bool(declared.get("insecure")))
    answers = asked(view, machine, call, declared.get("times", 1))
    where = urlsplit(url).netloc
    if "fails" in declared and declared["fails"] not in FAILURES:
        raise ValueError(f"a request fails as one of {', '.join(FAILURES)}: {declared['fails']}")
    wanted = str(declared.get("fails") or declared.get("status", 200))
    if not answers.are_all(wanted):
        return unmet(both(f"{url} answers {wanted}", f"{url} 응답: {wanted}"), plain(answers.words), where)
    least = declared.get("pods", 0)
    if len(answers.pods) < least:
        expected = both(f"at least {least} Pods answer", f"파드 {least}개 이상이 응답")
        number = len(answers.pods)
        return unmet(expected, both(f"Pods that answer: {number}", f"응답하는 파드: {number}개"), where)
    return told(answers, declared["body"], where) if "body" in declared else MET


def told(answers: Answers, wish: Mapping[str, Any], where: str) -> Finding:
    """Whether every answer says what it should."""
    for body in answers.bodies:
        holds, wanted = compare(body, wish)
        if not holds:
            expected = {language: text_of(language, wanted) for language in wanted}
            return unmet(expected, plain(body[:120]) if body else both("nothing", "없음"), where)
    return MET


def text_of(language: str, wanted: Texts) -> str:
    return f"answer: {wanted[language]}" if language == "en" else f"응답 내용: {wanted[language]}"


def resolved(view: View, url: str, source: str = WORKSTATION) -> str:
    """A URL whose host is `Kind/ns/name`, with an address of now in its place."""
    found = OBJECT.fullmatch(url)
    if found is None:
        return url
    scheme, reference, rest = found.groups()
    return f"{scheme}://{address_of(view, reference, source)}{rest}"


def address_of(view: View, reference: str, source: str) -> str:
    """An object's address now: a balancer's where it has one and the caller is outside, a Service's own, a node's, or
    the first Pod's."""
    kind, namespace, name = view.split(reference)
    obj = view.store.get(GATEWAYS, (namespace, name)) if kind == "Gateway" else view.find(reference)
    balanced = at(obj, "status", "loadBalancer", "ingress", 0, "ip")
    match kind:
        case "Ingress":
            address = balanced
        case "Gateway":
            address = at(obj, "status", "addresses", 0, "value")
        case "Service":
            address = balanced if balanced and source in OUTSIDE else at(obj, "spec", "clusterIP")
        case "Node":
            entries = at(obj, "status", "addresses", default=())
            address = next((one["address"] for one in entries if one["type"] == "InternalIP"), None)
        case _:
            address = next((at(pod, "status", "podIP") for pod in view.pods_of(reference)), None)
    return str(address or NOWHERE)


def place(view: View, declared: Mapping[str, Any], source: str) -> str:
    """Where `at` says to connect: an address, or that of an object."""
    where = str(declared.get("at", ""))
    return address_of(view, where, source) if "/" in where else where


def machine_of(view: View, reference: str) -> str | None:
    """The machine to ask from: the workstation, the internet, a node, or a running container of a ready Pod."""
    if reference in OUTSIDE:
        return reference
    kubelet = view.cluster.kubelet
    if kubelet is None:
        return None
    if reference.startswith("Node/"):
        name = view.split(reference)[2]
        return view.cluster.network.space_of_node(name) if kubelet.nodes.is_running(name) else None
    for pod in view.pods_of(reference):
        for container in pod["spec"]["containers"]:
            row = kubelet.containers.get((pod["metadata"]["uid"], container["name"]))
            if is_ready(pod) and row is not None and row["state"] == "running":
                return str(row["machine"])
    return None


def not_running(view: View, reference: str) -> Finding:
    """There is nobody to ask from."""
    if view.find(reference) is None:
        return missing(view, reference)
    return unmet(
        both("a ready Pod to ask from", "요청을 보낼 준비된 파드"),
        both("no Pod of it is ready", "준비된 파드 없음"),
        spoken(view, reference),
    )


def asked(view: View, machine: str, call: Call, times: int) -> Answers:
    """Ask again and again, each time over a new connection."""
    answers = Answers()
    for _ in range(times):
        ask(view, machine, call, answers)
    return answers


def ask(view: View, machine: str, call: Call, answers: Answers) -> None:
    headers = {"host": urlsplit(call.url).netloc}
    asked = HttpRequest(call.method, call.url, headers, timeout=TIMEOUT, address=call.at, insecure=call.insecure)
    try:
        response = view.world.network.request(machine, asked)
    except NetworkFailure as failure:
        answers.take(next(word for word, kind in FAILURES.items() if isinstance(failure, kind)))
    else:
        answers.take(str(response.status), response.server, response.body)


def name(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{name: web, from: Pod/ns/shell, of: Deployment/ns/web}`: what DNS answers is the addresses of those Pods; with
    `of: Service/ns/web` its ClusterIP; with `fails: nxdomain` nothing."""
    machine = machine_of(view, declared["from"])
    if machine is None:
        return not_running(view, declared["from"])
    try:
        found = sorted(
            record.value for record in view.world.network.resolve(machine, declared["name"]) if record.kind == "A"
        )
    except NetworkFailure:
        found = []
    wanted = [] if "fails" in declared else addresses_of(view, declared["of"])
    if found == wanted and (wanted or "fails" in declared):
        return MET
    about = declared["name"]
    if "fails" in declared:
        return unmet(both("no such name", "그런 이름 없음"), plain(", ".join(found)), about)
    if not wanted:
        return missing(view, declared["of"]) if view.find(declared["of"]) is None else not_running(view, declared["of"])
    seen = plain(", ".join(found)) if found else both("no such name", "그런 이름 없음")
    return unmet(plain(", ".join(wanted)), seen, about)


def addresses_of(view: View, reference: str) -> list[str]:
    """Where DNS should lead: a Service's own address, or those of the Pods."""
    obj = view.find(reference)
    if obj is not None and obj["kind"] == "Service":
        return sorted(ip for ip in obj["spec"].get("clusterIPs") or () if ip != "None")
    return sorted(pod["status"]["podIP"] for pod in view.pods_of(reference) if is_ready(pod))


def endpoints(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{endpoints: Service/ns/name, equals: 3}`: how many ready addresses stand behind a Service; `of:
    Deployment/ns/name` in place of a number: exactly the ready Pods of that workload, and at least one."""
    reference = declared["endpoints"]
    service = view.find(reference)
    if service is None:
        return missing(view, reference)
    behind = ready_addresses(view, reference)
    if "of" in declared:
        wanted = sorted(pod["status"]["podIP"] for pod in view.pods_of(declared["of"]) if is_ready(pod))
        holds = bool(wanted) and behind == wanted
        wish: Texts = both(f"the {len(wanted)} of {declared['of']}", f"{declared['of']}의 {len(wanted)}개")
    else:
        holds, wish = compare(len(behind), declared)
    if holds:
        return MET
    expected = both(f"ready addresses: {wish['en']}", f"준비된 주소: {wish['ko']}")
    return unmet(expected, why(view, reference, behind), f"{spoken(view, reference)} .spec.selector")


def ready_addresses(view: View, reference: str) -> list[str]:
    """What the EndpointSlices of a Service list as ready."""
    _, namespace, name = view.split(reference)
    return sorted(
        {
            address
            for piece in view.store.list(SLICES, namespace)
            if at(piece, "metadata", "labels", "kubernetes.io/service-name") == name
            for endpoint in piece.get("endpoints") or ()
            if at(endpoint, "conditions", "ready", default=True)
            for address in endpoint["addresses"]
        }
    )


def why(view: View, reference: str, behind: list[str]) -> Texts:
    """What stands behind a Service, and where nothing does, the reason."""
    if behind:
        return plain(", ".join(behind))
    if view.pods_of(reference):
        return both("0 addresses; no Pod is ready", "주소 0개. 준비된 파드가 없음")
    service = view.find(reference) or {"spec": {}}
    labels = ",".join(f"{key}={value}" for key, value in (service["spec"].get("selector") or {}).items())
    if not labels:
        return both("0 addresses; it has no selector", "주소 0개. 셀렉터가 없음")
    return both(f"0 addresses; no Pod carries {labels}", f"주소 0개. {labels} 레이블이 있는 파드가 없음")
