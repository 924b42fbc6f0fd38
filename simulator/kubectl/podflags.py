"""What flags say of a Pod that is to run. Upstream: kubectl/pkg/cmd/run"""

import re
from dataclasses import dataclass

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

RESTARTS = ("Always", "OnFailure", "Never")
PULLS = ("Always", "IfNotPresent", "Never")


@dataclass(frozen=True, slots=True)
class Said:
    """What the pod is to carry, as flags say it."""

    annotations: dict[str, str]
    labels: dict[str, str]
    environment: list[Object]

    @classmethod
    def of(cls, kubectl: Kubectl) -> "Said":
        options = kubectl.options
        annotations = dict(map(annotation, options.texts("annotations")))
        return cls(annotations, labels_of(options.text("labels")), environment(options.texts("env")))


def check_flags(kubectl: Kubectl) -> None:
    """Refuse values that no pod can have."""
    restart, pull = kubectl.options.text("restart"), kubectl.options.text("image-pull-policy")
    if restart not in ("", *RESTARTS):
        raise CommandError(f"invalid restart policy: {restart}, valid values are: {', '.join(RESTARTS)}")
    if pull not in ("", *PULLS):
        raise CommandError(f"invalid image pull policy: {pull}, valid values are: {', '.join(PULLS)}")
    if kubectl.options.duration("pod-running-timeout") <= 0:
        raise CommandError("--pod-running-timeout must be higher than zero")


def annotation(pair: str) -> tuple[str, str]:
    key, equals, value = pair.partition("=")
    if not equals or not key:
        raise CommandError(f"invalid annotations format: {pair}")
    return key, value


def environment(pairs: list[str]) -> list[Object]:
    found = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise CommandError(f"invalid env: {pair}")
        found.append({"name": name, **({"value": value} if value else {})})
    return found


def port_number(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text):
        raise CommandError("--port must be a number")
    return int(text)


def labels_of(text: str) -> dict[str, str]:
    """`key=value,…` as a map. Raises CommandError."""
    found = {}
    for pair in text.split(",") if text else ():
        key, equals, value = pair.partition("=")
        if not equals:
            raise CommandError(f"unexpected label spec: {pair}")
        if not key:
            raise CommandError("unexpected empty label key")
        found[key] = value
    return found
