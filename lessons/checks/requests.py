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
from simulator.runtime.network import HttpRequest, NameNotFound, NetworkFailure, Refused, TimedOut
from simulator.workstation import NAME as WORKSTATION

TIMEOUT = 3_000_000
OBJECT = re.compile(r"(https?)://([A-Z]\w+/[^/]+/[^/:]+)(.*)")
NOWHERE = "0.0.0.0"
SLICES = "endpointslices.discovery.k8s.io"
FAILURES = ("nxdomain", "refused", "timeout", "unreachable")


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

    `pods` is the least number of distinct Pods that must answer; `fails` names the way it must fail instead:
    nxdomain, refused, timeout, unreachable. A host may be `Kind/ns/name`: its address now.
    """
    url = resolved(view, declared["request"])
    machine = machine_of(view, declared.get("from", WORKSTATION))
    if machine is None:
        return not_running(view, declared["from"])
    answers = asked(view, machine, url, declared.get("times", 1), declared.get("method", "GET"))
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


def resolved(view: View, url: str) -> str:
    """A URL whose host is `Kind/ns/name`, with an address of now in its place: a Service's own, or the first Pod's."""
    found = OBJECT.fullmatch(url)
    if found is None:
        return url
    scheme, reference, rest = found.groups()
    if reference.startswith("Service/"):
        address = at(view.find(reference), "spec", "clusterIP")
    else:
        address = next((at(pod, "status", "podIP") for pod in view.pods_of(reference)), None)
    return f"{scheme}://{address or NOWHERE}{rest}"


def machine_of(view: View, reference: str) -> str | None:
    """The machine to ask from: the workstation, or a running container of a ready Pod."""
    if reference == WORKSTATION:
        return WORKSTATION
    kubelet = view.cluster.kubelet
    if kubelet is None:
        return None
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


def asked(view: View, machine: str, url: str, times: int, method: str = "GET") -> Answers:
    """Ask again and again, each time over a new connection."""
    answers = Answers()
    for _ in range(times):
        ask(view, machine, url, answers, method)
    return answers


def ask(view: View, machine: str, url: str, answers: Answers, method: str = "GET") -> None:
    try:
        response = view.world.network.request(machine, HttpRequest(method, url, timeout=TIMEOUT))
    except NameNotFound:
        answers.take("nxdomain")
    except Refused:
        answers.take("refused")
    except TimedOut:
        answers.take("timeout")
    except NetworkFailure:
        answers.take("unreachable")
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
