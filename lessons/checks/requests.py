"""Checks that ask: a request in the simulated network, the list behind a Service."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.objects import missing, spoken
from lessons.checks.view import View, is_ready
from simulator.runtime.network import HttpRequest, NameNotFound, NetworkFailure, Refused, TimedOut

TIMEOUT = 3_000_000


def request(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{request: http://web, from: Deployment/ns/shell, times: 20, status: 200, pods: 2}`.

    `pods` is the least number of distinct Pods that must answer; `fails` names the way it must fail instead: refused,
    timeout, nxdomain.
    """
    machine = machine_of(view, declared.get("from", ""))
    url = declared["request"]
    if machine is None:
        return missing(view, declared["from"])
    outcomes: dict[str, int] = {}
    answered: dict[str, None] = {}
    for _ in range(declared.get("times", 1)):
        outcome, who = ask(view, machine, url)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        if who:
            answered[who] = None
    wanted = declared.get("fails") or str(declared.get("status", 200))
    least = declared.get("pods", 1)
    times = sum(outcomes.values())
    if outcomes.get(wanted) == times and ("fails" in declared or len(answered) >= least):
        return MET
    expected = both(f"{url} answers {wanted}", f"{url} 응답: {wanted}")
    if least > 1:
        expected = both(f"{expected['en']} from at least {least} Pods", f"{expected['ko']}, 파드 {least}개 이상에서")
    seen = ", ".join(f"{number} × {outcome}" for outcome, number in sorted(outcomes.items()))
    if outcomes.get(wanted) == times:
        return unmet(
            expected, both(f"only {len(answered)} Pod answers", f"파드 {len(answered)}개만 응답"), urlsplit(url).netloc
        )
    return unmet(expected, plain(seen), urlsplit(url).netloc)


def machine_of(view: View, reference: str) -> str | None:
    """The machine to ask from: the workstation, or a running container of a ready Pod."""
    if reference in ("", "workstation"):
        return "workstation"
    kubelet = view.world.cluster.kubelet
    if kubelet is None:
        return None
    for pod in view.pods_of(reference):
        for container in pod["spec"]["containers"]:
            row = kubelet.containers.get((pod["metadata"]["uid"], container["name"]))
            if is_ready(pod) and row is not None and row["state"] == "running":
                return str(row["machine"])
    return None


def ask(view: View, machine: str, url: str) -> tuple[str, str]:
    """One request: its status or how it failed, and the Pod that answered."""
    try:
        response = view.world.network.request(machine, HttpRequest("GET", url, timeout=TIMEOUT))
    except NameNotFound:
        return "nxdomain", ""
    except Refused:
        return "refused", ""
    except TimedOut:
        return "timeout", ""
    except NetworkFailure:
        return "unreachable", ""
    return str(response.status), response.server


def endpoints(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{endpoints: Service/ns/name, equals: 3}`: how many ready addresses stand behind a Service."""
    reference = declared["endpoints"]
    service = view.find(reference)
    if service is None:
        return missing(view, reference)
    ports = service["spec"].get("ports") or [{}]
    number = len(view.world.cluster.network.endpoints(service, ports[0]))
    holds, wish = compare(number, declared)
    if holds:
        return MET
    expected = both(f"ready addresses: {wish['en']}", f"준비된 주소: {wish['ko']}")
    seen = both(f"{number} addresses", f"주소 {number}개")
    if not number:
        selector = service["spec"].get("selector") or {}
        labels = ",".join(f"{key}={value}" for key, value in selector.items())
        pods = view.pods_of(reference)
        if labels and not pods:
            seen = both(f"0 addresses; no Pod carries {labels}", f"주소 0개. {labels}를 단 파드가 없음")
        elif pods:
            seen = both("0 addresses; no Pod is ready", "주소 0개. 준비된 파드가 없음")
    return unmet(expected, seen, f"{spoken(view, reference)} .spec.selector")
