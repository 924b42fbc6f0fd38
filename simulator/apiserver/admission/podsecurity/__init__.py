"""Holds Pods to the level of the Pod Security Standards that their Namespace's labels ask for.

Upstream: k8s.io/pod-security-admission/admission
"""

import re
from dataclasses import dataclass

from simulator.api.errors import Forbidden, Invalid
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.podsecurity.checks import LEVELS, violations
from simulator.machinery.field import FieldError, invalid
from simulator.machinery.objects import Object, at

PREFIX = "pod-security.kubernetes.io/"
MODES = ("enforce", "audit", "warn")
VERSION = re.compile(r"latest|v1\.(0|[1-9][0-9]*)")
TEMPLATES: dict[str, tuple[str, ...]] = {
    "pods": (),
    "podtemplates": ("template",),
    "replicationcontrollers": ("spec", "template"),
    "replicasets.apps": ("spec", "template"),
    "deployments.apps": ("spec", "template"),
    "statefulsets.apps": ("spec", "template"),
    "daemonsets.apps": ("spec", "template"),
    "jobs.batch": ("spec", "template"),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template"),
}
"""Where the Pod stands in each kind that has one."""
MOST_PODS = 3000


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}:{self.version}"

    def violations(self, pod: Object) -> str:
        return violations(self.name, pod.get("metadata") or {}, pod.get("spec") or {})


class PodSecurity:
    """Refuses Pods, and warns of Pods and of what makes them."""

    name = "PodSecurity"
    on = (*TEMPLATES, "namespaces", "pods/ephemeralcontainers")
    operations = ("CREATE", "UPDATE")

    def validate(self, attributes: Attributes) -> None:
        if attributes.resource.key == "namespaces":
            validate_namespace(attributes)
            return
        namespace = attributes.backend.read("namespaces", ("", attributes.namespace))
        labels = (namespace or {"metadata": {}})["metadata"].get("labels") or {}
        if not any(label.startswith(PREFIX) for label in labels):
            return
        path = TEMPLATES[attributes.resource.key]
        pod = at(attributes.object, *path) if path else attributes.object
        if pod is None or is_irrelevant(attributes, path):
            return
        is_pod = attributes.resource.key == "pods"
        enforced, warned = level_of(labels, "enforce"), level_of(labels, "warn")
        refused = enforced.violations(pod) if is_pod else ""
        if refused:
            raise Forbidden("pods", attributes.name, f'violates PodSecurity "{enforced}": {refused}')
        told = warned.violations(pod)
        if told:
            attributes.warnings.append(f'would violate PodSecurity "{warned}": {told}')


def is_irrelevant(attributes: Attributes, path: tuple[str, ...]) -> bool:
    """Whether an update changes nothing that the checks look at."""
    old = attributes.old
    if old is None:
        return False
    if path:
        return bool(at(old, *path) == at(attributes.object, *path))
    return bool(old.get("spec") == attributes.object.get("spec"))


def level_of(labels: dict[str, str], mode: str) -> Level:
    """What a Namespace asks for; a level that is none counts as the strictest, as upstream has it."""
    name = labels.get(PREFIX + mode, "privileged")
    version = labels.get(f"{PREFIX}{mode}-version", "latest")
    return Level(name if name in LEVELS else "restricted", version if VERSION.fullmatch(version) else "latest")


def validate_namespace(attributes: Attributes) -> None:
    """The labels must make sense; a stricter level warns of the Pods that are there already."""
    metadata = attributes.object["metadata"]
    labels = metadata.get("labels") or {}
    before = (attributes.old or {"metadata": {}})["metadata"].get("labels") or {}
    errors = label_errors(labels)
    if errors and any(labels.get(label) != before.get(label) for label in (error.path[16:-1] for error in errors)):
        raise Invalid("Namespace", metadata["name"], errors)
    enforced, weaker = level_of(labels, "enforce"), level_of(before, "enforce")
    order = list(LEVELS)
    if attributes.old is None or order.index(enforced.name) <= order.index(weaker.name):
        return
    attributes.warnings.extend(existing(attributes, metadata["name"], enforced))


def label_errors(labels: dict[str, str]) -> list[FieldError]:
    errors = []
    for mode in MODES:
        level, version = labels.get(PREFIX + mode), labels.get(f"{PREFIX}{mode}-version")
        if level is not None and level not in LEVELS:
            path = f"metadata.labels[{PREFIX}{mode}]"
            errors.append(invalid(path, level, f"must be one of {', '.join(LEVELS)}"))
        if version is not None and not VERSION.fullmatch(version):
            path = f"metadata.labels[{PREFIX}{mode}-version]"
            errors.append(invalid(path, version, 'must be "latest" or "v1.x"'))
    return errors


def existing(attributes: Attributes, namespace: str, level: Level) -> list[str]:
    """The Pods of a Namespace that break its new level, those alike told together."""
    found: dict[str, list[str]] = {}
    for pod in attributes.backend.items("pods", namespace)[:MOST_PODS]:
        told = ", ".join(part.split(" (")[0] for part in level.violations(pod).split("), ") if part)
        if told:
            found.setdefault(told, []).append(pod["metadata"]["name"])
    if not found:
        return []
    lines = [f'existing pods in namespace "{namespace}" violate the new PodSecurity enforce level "{level}"']
    for told, pods in sorted(found.items(), key=lambda row: row[1][0]):
        more = f" (and {len(pods) - 1} other pod{'s' if len(pods) > 2 else ''})" if len(pods) > 1 else ""
        lines.append(f"{pods[0]}{more}: {told}")
    return lines
