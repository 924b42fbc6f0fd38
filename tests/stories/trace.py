"""What objects go through, told so that chance does not show: by object, in order, with symbols for names and moments."""

import re
from collections.abc import Iterator
from itertools import groupby

from simulator.kernel.component import Change
from simulator.machinery.objects import Object, at
from simulator.world import World

LEFT_OUT = ("Pulling", "Pulled")
"""Whether an image is on a node already is chance."""
QUIET_SPACES = ("kube-system", "kube-node-lease", "kube-public")
CONDITIONED = {
    "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "HorizontalPodAutoscaler", "Node",
    "PersistentVolumeClaim", "PersistentVolume", "Namespace", "PodDisruptionBudget", "VolumeSnapshot",
}  # fmt: skip
SYMBOLS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<UID>"),
    (re.compile(r"\b(node-\d|cp-\d)\b"), "<NODE>"),
    (re.compile(r"\b10\.\d+\.\d+\.\d+\b"), "<IP>"),
    (re.compile(r"-\d{8}\b"), "-<MINUTE>"),
    (re.compile(r"-[a-z0-9]{5}(?=\" is forbidden)"), "-<ID>"),
    (re.compile(r"\b\d+(\.\d+)?(ms|s)\b"), "<TIME>"),
    (re.compile(r"available: \d+(Mi|Ki)\b"), "available: <AMOUNT>"),
)


class Trace:
    """Listens to a world's store and keeps, by object, what happened since the last look."""

    def __init__(self, world: World) -> None:
        self._seen: dict[str, list[str]] = {}
        self._generated: dict[str, str] = {}
        """Names that the server made up, and what stands for them."""
        nodes = world.cluster.store.list("nodes")
        self._facts = {f"Node/{node['metadata']['name']}": dict(facts(node)) for node in nodes}
        world.cluster.store.subscribe(("*",), self._observe)

    def take(self) -> list[str]:
        """The lines of what has happened, and begin anew."""
        stories = sorted((self._symbolic(name), tuple(lines)) for name, lines in self._seen.items() if lines)
        self._seen = {}
        shown = []
        for (name, lines), same in groupby(stories):
            times = len(list(same))
            shown += [f"  {name}{f' ×{times}' if times > 1 else ''}", *(f"    {line}" for line in lines)]
        return shown

    def _symbolic(self, text: str) -> str:
        for name in sorted(self._generated, key=len, reverse=True):
            text = text.replace(name, self._generated[name])
        for pattern, symbol in SYMBOLS:
            text = pattern.sub(symbol, text)
        return text

    def _note_name(self, metadata: Object) -> None:
        """A name that ends in something made up: a template's hash, or what comes after `generateName`."""
        name, prefix = metadata["name"], metadata.get("generateName", "")
        made = (metadata.get("labels") or {}).get("pod-template-hash")
        if prefix:
            self._generated[name] = f"{self._symbolic(prefix)}<ID>"
        elif made and name.endswith(f"-{made}"):
            self._generated[name] = f"{name.removesuffix(made)}<HASH>"

    def _observe(self, change: Change) -> None:
        obj = change.object
        kind, metadata = obj["kind"], obj["metadata"]
        if metadata.get("namespace") in QUIET_SPACES:
            return
        if kind == "Event":
            self._event(change)
            return
        self._note_name(metadata)
        if kind != "Pod" and kind not in CONDITIONED:
            return
        name = f"{kind}/{metadata['name']}"
        lines, known = self._seen.setdefault(name, []), self._facts.setdefault(name, {})
        if change.type == "DELETED":
            lines.append("gone")
            self._facts.pop(name)
            return
        if change.old is None and kind != "Node":
            lines.append("created")
        for fact, text in facts(obj):
            if known.get(fact) != text and (text or fact in known):
                lines.append(f"{fact} {text}".rstrip())
            known[fact] = text

    def _event(self, change: Change) -> None:
        event = change.object
        if event["reason"] in LEFT_OUT or change.old is not None or change.type == "DELETED":
            return
        about = event.get("involvedObject") or event["regarding"]
        if about.get("namespace") in QUIET_SPACES:
            return
        if "connection refused" in (event.get("message") or ""):
            return  # a probe that came too early, by chance
        text = self._symbolic(f"{event['reason']}: {event.get('message') or event.get('note')}")
        lines = self._seen.setdefault(f"{about['kind']}/{about['name']}", [])
        if f"! {text}" not in lines:
            lines.append(f"! {text}")


def facts(obj: Object) -> Iterator[tuple[str, str]]:
    """What is worth telling of an object, by name."""
    if "deletionTimestamp" in obj["metadata"]:
        yield "deletion", "asked for"
    status = obj.get("status") or {}
    if status.get("phase"):
        yield "phase", str(status["phase"])
    if obj["kind"] == "Pod":
        yield from of_containers(status)
    for one in status.get("conditions") or ():
        if obj["kind"] == "Pod" and one["type"] not in (
            "Ready",
            "DisruptionTarget",
            "PodResizePending",
            "PodResizeInProgress",
        ):
            continue
        yield one["type"], f"{one['status']} {one.get('reason', '')}".strip()
    if obj["kind"] == "Node":
        yield "taints", ", ".join(f"{one['key']}:{one['effect']}" for one in at(obj, "spec", "taints", default=()))
        yield "unschedulable", str(bool(at(obj, "spec", "unschedulable"))) if at(obj, "spec", "unschedulable") else ""
    if obj["kind"] == "PodDisruptionBudget" and "disruptionsAllowed" in status:
        yield "disruptionsAllowed", str(status["disruptionsAllowed"])


def of_containers(status: Object) -> Iterator[tuple[str, str]]:
    for field in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        for one in status.get(field) or ():
            (state, about), *_ = (one.get("state") or {"waiting": {}}).items()
            code = f" ({about['exitCode']})" if "exitCode" in about else ""
            restarts = f", {one['restartCount']} restarts" if one.get("restartCount") else ""
            yield (
                f"container {one['name']}",
                f"{state} {about.get('reason', '')}{code}{restarts}".replace("  ", " ").strip(),
            )
