"""Checks of the Pods that belong to something: ready, with which image, how often restarted, on which nodes."""

from collections.abc import Mapping
from typing import Any

from lessons.checks.asking import RefusedError, call
from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.objects import missing, spoken
from lessons.checks.paths import short
from lessons.checks.view import View, is_ready
from simulator.machinery.objects import Object


def ready(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{ready: Deployment/ns/name, equals: 3}`: how many of its Pods are ready."""
    reference = declared["ready"]
    if view.find(reference) is None:
        return missing(view, reference)
    pods = view.pods_of(reference)
    number = sum(map(is_ready, pods))
    holds, wanted = compare(number, declared)
    if holds:
        return MET
    expected = both(f"ready Pods: {wanted['en']}", f"준비된 파드: {wanted['ko']}")
    states = [f"{pod['metadata']['name']} {state_of(pod)}" for pod in pods if not is_ready(pod)]
    seen = both(f"{number} of {len(pods)} ready", f"{len(pods)}개 중 {number}개 준비됨")
    if states:
        seen = {language: f"{text}; {', '.join(states[:3])}" for language, text in seen.items()}
    return unmet(expected, seen, spoken(view, reference))


def state_of(pod: Mapping[str, Any]) -> str:
    """What a Pod is doing, as `kubectl get` would say it in short."""
    for status in statuses(pod):
        for kind in ("waiting", "terminated"):
            reason = (status.get("state") or {}).get(kind, {}).get("reason")
            if reason:
                return str(reason)
    return str(pod.get("status", {}).get("phase", "Pending"))


def statuses(pod: Mapping[str, Any]) -> list[Object]:
    """What the kubelet says of each container, those that come first included."""
    status = pod.get("status") or {}
    return [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]


def image(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{image: Deployment/ns/name, equals: nginx:1.29}`: the image of every Pod that belongs to it."""
    return of_each(view, declared, "image", both("image", "이미지"), images_of)


def on(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{"on": Deployment/ns/name, equals: node-1}`: the node of every Pod of it; a bare on is true in YAML."""
    return of_each(view, declared, "on", both("node", "노드"), node_of)


def restarts(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{restarts: Deployment/ns/name, equals: 0}`: how often containers of its Pods were started again, together."""
    reference = declared["restarts"]
    if view.find(reference) is None:
        return missing(view, reference)
    number = sum(status.get("restartCount", 0) for pod in view.pods_of(reference) for status in statuses(pod))
    holds, wanted = compare(number, declared)
    if holds:
        return MET
    expected = both(f"restarts: {wanted['en']}", f"다시 시작한 횟수: {wanted['ko']}")
    return unmet(expected, plain(number), spoken(view, reference))


def log(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{log: Pod/ns/name, container: web, contains: hello}`: what a container (the first one) has printed,
    white space around it aside."""
    reference = declared["log"]
    pods = view.pods_of(reference)
    if not pods:
        return missing(view, reference)
    metadata, containers = pods[0]["metadata"], pods[0]["spec"]["containers"]
    container = declared.get("container", containers[0]["name"])
    url = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/log?container={container}"
    try:
        printed = call(view, "GET", url)
    except RefusedError as refusal:
        printed = str(refusal)
    text = (printed.decode("utf-8", "replace") if isinstance(printed, bytes) else str(printed)).strip()
    holds, wanted = compare(text, declared)
    if holds:
        return MET
    last = text.splitlines()[-1:]
    expected = both(f"log: {wanted['en']}", f"로그: {wanted['ko']}")
    return unmet(expected, plain(last[0]) if last else both("nothing", "없음"), spoken(view, reference))


def images_of(pod: Mapping[str, Any]) -> list[str]:
    return [short(container["image"]) for container in pod["spec"]["containers"]]


def node_of(pod: Mapping[str, Any]) -> list[str]:
    return [pod["spec"].get("nodeName") or "—"]


def of_each(view: View, declared: Mapping[str, Any], word: str, label: Mapping[str, str], values: Any) -> Finding:
    """Whether what `values` reads off a Pod is as wanted in every Pod, of which there must be some."""
    reference = declared[word]
    if view.find(reference) is None:
        return missing(view, reference)
    found = sorted({value for pod in view.pods_of(reference) for value in values(pod)})
    if found and all(compare(each, declared)[0] for each in found):
        return MET
    wanted = compare(None, declared)[1]
    expected = {language: f"{label[language]}: {text}" for language, text in wanted.items()}
    return unmet(expected, plain(", ".join(found)) if found else both("no Pods", "파드 없음"), spoken(view, reference))
