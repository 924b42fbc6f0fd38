"""What a real control plane did in eight stories: how each object changed, and the Events about it, in order.

The traces are of Kubernetes 1.28 with a stand-in for the kubelets, so they are played at that version with ours.
Pods are left out (the stand-in wrote them); of Events those of the control plane are compared. Which of equal Pods
goes where is chance, so their names and nodes are symbols.
"""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

from simulator.api.requests import Request, User
from simulator.controllers.registry import CONTROLLERS
from simulator.kernel.clock import MILLISECOND, SECOND, timestamp
from simulator.kernel.component import Change
from simulator.machinery import yaml
from simulator.machinery.objects import Key, Object, at
from simulator.scheduler.scheduler import Scheduler
from tests.controllers.cluster import Cluster, Kubelets
from tests.fidelity import Result

NAME = "golden_traces"
CASES = Path(__file__).parents[3] / "shared" / "conformance" / "golden_traces.json"
MINOR = 28
PATHS = {
    "Deployment": "/apis/apps/v1/namespaces/default/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/default/statefulsets",
    "Job": "/apis/batch/v1/namespaces/default/jobs",
    "PersistentVolumeClaim": "/api/v1/namespaces/default/persistentvolumeclaims",
    "Pod": "/api/v1/namespaces/default/pods",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
}
SHORT = {"deploy": "Deployment", "sts": "StatefulSet", "pod": "Pod", "pvc": "PersistentVolumeClaim", "job": "Job"}
PLAYERS = ("kubelet", "kubelets")
PATIENCE = 120
MASTER = User("tests", ("system:masters", "system:authenticated"))


def run(stories: tuple[str, ...] = ()) -> Result:
    golden = json.loads(CASES.read_text())
    differences: list[str] = []
    total = 0
    for story in golden["stories"]:
        if stories and story["name"] not in stories:
            continue
        played = Story(story)
        played.play()
        for what, wanted, got in played.compared():
            total += 1
            if wanted != got:
                differences.append(f"{story['name']} {what}: {first_difference(wanted, got)}")
    return Result(NAME, total - len(differences), total, differences)


def first_difference(wanted: list[Any], got: list[Any]) -> str:
    for number, (one, other) in enumerate(zip(wanted, got, strict=False), 1):
        if one != other:
            return f"step {number}: wanted {one}, got {other}"
    return f"wanted {len(wanted)} steps, got {len(got)}"


class StandIn(Kubelets):
    """Reports Pods as running one after the other, as the recorder's stand-in did; a Job's Pods end after a second."""

    def later(self, delay: int, step: str, *arguments: Any) -> None:
        if step == "run":
            pod = self.client.get("pods", *arguments[0])
            count = self.table("count").get("pods") or 0
            self.table("count").put("pods", count + 1)
            if pod is not None and "job-name" in (pod["metadata"].get("labels") or {}):
                pod = self.client.change("pods", pod, ("metadata", "annotations", "ends"), "0")
            delay += count % 5 * 120 * MILLISECOND
        super().later(delay, step, *arguments)

    def run(self, key: Key) -> None:
        """The recorder's Jobs ended without having been ready."""
        pod = self.client.get("pods", *key)
        if pod is not None and "job-name" in (pod["metadata"].get("labels") or {}):
            self.client.update_status("pods", pod, phase="Running")
            self.later(SECOND, "end", key)
        else:
            super().run(key)

    def remove(self, key: Key) -> None:
        """A Pod that ends is first seen not to be ready."""
        pod = self.client.get("pods", *key)
        if pod is not None:
            conditions = [
                {**one, "status": "False"} if one["type"] == "Ready" else one
                for one in at(pod, "status", "conditions", default=())
            ]
            self.client.update_status("pods", pod, conditions=conditions)
            self.later(100 * MILLISECOND, "gone", key)

    def gone(self, key: Key) -> None:
        super().remove(key)

    def resume(self, name: str) -> None:
        """A kubelet that was away says that all is well, and lets go of what was deleted meanwhile."""
        node = self.client.get("nodes", "", name)
        assert node is not None
        now = {"lastHeartbeatTime": timestamp(self.clock.now), "lastTransitionTime": timestamp(self.clock.now)}
        conditions = [{"type": kind, "status": status, "reason": reason, **now} for kind, status, reason in WELL]
        self.client.change("nodes", node, ("status", "conditions"), conditions)
        for pod in self.client.indexed("pods", "node", name):
            if "deletionTimestamp" in pod["metadata"]:
                self.client.delete("pods", pod, grace=0)


WELL = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID"),
    ("Ready", "True", "KubeletReady"),
)


class Story:
    """One story, played on a control plane of its own."""

    def __init__(self, story: Object) -> None:
        self.story = story
        kinds = (*CONTROLLERS, Scheduler)
        made = [partial(kind, minor=MINOR) for kind in kinds]
        for kind, make in zip(kinds, made, strict=True):
            make.name = kind.name  # a component's kind, as the cluster asks for it
        self.cluster = Cluster(components=(*made, StandIn))
        self.cluster.advance(3)
        self.transitions: dict[str, list[Object]] = {}
        self.begun = self.cluster.store.revision
        self.cluster.store.subscribe(("*",), self._observe)

    def _observe(self, change: Change) -> None:
        kind = change.object["kind"]
        if kind in PATHS or kind in ("ReplicaSet", "Node"):
            about = f"{kind}/{change.object['metadata']['name']}"
            self.transitions.setdefault(about, []).append({"type": change.type, "object": change.object})

    # Playing.

    def play(self) -> None:
        for action in self.story["actions"]:
            if "cmd" in action:
                self._command(action["cmd"].split(), action.get("stdin", ""))
            elif "await" in action:
                self._until(action["await"].split(), action["until"])
            elif "control" in action:
                order, _, node = action["control"].partition("/")
                kubelets = self.cluster.components["kubelets"]
                assert isinstance(kubelets, StandIn)
                kubelets.silent = frozenset({node}) if order == "stop" else frozenset()
                if order == "start":
                    kubelets.resume(node)
            else:
                self.cluster.advance(action["sleep"])
        self.cluster.advance(1)  # for what comes at a regular look, which the recorder's came earlier to

    def _command(self, words: list[str], text: str) -> None:
        match words:
            case ["create", "deployment", name, *flags]:
                self._send("POST", PATHS["Deployment"], deployment(name, flags))
            case ["apply", *_]:
                manifest = yaml.load(text)
                self._send("POST", PATHS[manifest["kind"]], manifest)
            case ["set", "image", target, image]:
                self._set_image(target, image)
            case ["rollout", "status", target]:
                self._wait(target)
            case ["wait", "--for=condition=complete", target, _]:
                self._wait(target)
            case ["delete", kind, name, *flags]:
                body = {"propagationPolicy": "Foreground"} if "--cascade=foreground" in flags else {}
                self._send("DELETE", f"{PATHS[SHORT[kind]]}/{name}", body)
            case ["autoscale", _, name, *_]:
                self._send("POST", PATHS["HorizontalPodAutoscaler"], autoscaler(name))
            case ["get", *_]:
                pass
            case _:
                raise ValueError(f"this judge cannot play kubectl {' '.join(words)}")

    def _send(self, method: str, path: str, body: Object) -> Object:
        headers = {"content-type": "application/json"}
        request = Request.to(method, path, headers=headers, body=json.dumps(body).encode(), user=MASTER)
        response = self.cluster.server.handle(request)
        assert response.status < 300, (method, path, response.body)
        assert isinstance(response.body, dict)
        return response.body

    def _target(self, target: str) -> Object | None:
        kind, name = target.split("/")
        resource = {"deploy": "deployments.apps", "sts": "statefulsets.apps", "job": "jobs.batch"}[kind]
        return self.cluster.client.get(resource, "default", name)

    def _set_image(self, target: str, image: str) -> None:
        obj = self._target(target)
        assert obj is not None
        name, _, wanted = image.partition("=")
        template = obj["spec"]["template"]
        containers = [
            {**one, "image": wanted} if one["name"] == name else one for one in template["spec"]["containers"]
        ]
        changed = {
            **obj,
            "spec": {**obj["spec"], "template": {**template, "spec": {**template["spec"], "containers": containers}}},
        }
        self._send("PUT", f"{PATHS[obj['kind']]}/{obj['metadata']['name']}", changed)

    def _wait(self, target: str) -> None:
        for _ in range(PATIENCE * 10):
            if is_done(self._target(target)):
                return
            self.cluster.advance(0.1)

    def _until(self, words: list[str], pattern: str) -> None:
        if words[1] == "hpa":
            self.cluster.advance(16)
            return
        for _ in range(PATIENCE * 10):
            obj = (
                self._target(f"{words[1]}/{words[2]}")
                if words[1] != "node"
                else self.cluster.client.get("nodes", "", words[2])
            )
            if words[1] == "node":
                ready = next(one for one in at(obj, "status", "conditions") if one["type"] == "Ready")
                shown = ready["status"]
            else:
                shown = str(at(obj, "status", "readyReplicas", default=""))
            if re.search(pattern, shown):
                return
            self.cluster.advance(0.1)

    # Comparing.

    def compared(self) -> list[tuple[str, list[Any], list[Any]]]:
        """What of each object: its changes, and the Events about it; as recorded and as played."""
        symbols = self._symbols()
        result: list[tuple[str, list[Any], list[Any]]] = []
        for entry in self.story["objects"]:
            about = entry["object"]
            if about.startswith("Pod/"):
                continue
            wanted = steps([{k: v for k, v in one.items() if k != "t"} for one in entry["transitions"]])
            played = [seen(one) for name, list_ in self.transitions.items() if symbols(name) == about for one in list_]
            got = steps(json.loads(uids(symbols(json.dumps(played)))))
            result.append((about, wanted, got))
        events = self._events(symbols)
        told: dict[str, list[str]] = {}
        for event in self.story["events"]:
            if event["component"] not in PLAYERS:
                line = f"{event['type']} {event['reason']}: {event['message']} x{event['count']} ({event['component']})"
                told.setdefault(plain(event["on"]), []).append(
                    plain(line.replace(self.story["name"] + "/", "default/"))
                )
        for about in told:
            result.append((f"Events of {about}", sorted(told[about]), sorted(events.get(about, []))))
        return result

    def _events(self, symbols: Any) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for event in self.cluster.client.list("events"):
            if int(event["metadata"]["resourceVersion"]) <= self.begun:
                continue
            source = event["source"].get("component") or event["reportingComponent"]
            about = event["involvedObject"]
            count = event.get("count") or (event.get("series") or {"count": 1})["count"]
            line = f"{event['type']} {event['reason']}: {event['message']} x{count} ({source})"
            found.setdefault(plain(symbols(f"{about['kind']}/{about['name']}")), []).append(plain(symbols(line)))
        return found

    def _symbols(self) -> Any:
        """Replaces what differs between runs by symbols, numbered in the order in which they came."""
        names: dict[str, str] = {}
        sets = [name.partition("/")[2] for name in self.transitions if name.startswith("ReplicaSet/")]
        sets += [one["metadata"]["name"] for one in self.cluster.client.list("controllerrevisions.apps")]
        for number, name in enumerate(sets, 1):
            names[name.rpartition("-")[2]] = f"<HASH{number}>"
        pods = [name.partition("/")[2] for name in self.transitions if name.startswith("Pod/")]
        for number, name in enumerate((one for one in pods if not re.search(r"-\d+$", one) and "-" in one), 1):
            names[name.rpartition("-")[2]] = f"<SUF{number}>"
        pattern = re.compile("|".join(map(re.escape, names)) or "(?!)")
        return lambda text: pattern.sub(lambda match: names[match[0]], text)


def uids(text: str) -> str:
    """Uids as symbols, numbered in the order in which they came."""
    known: dict[str, str] = {}
    pattern = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    return pattern.sub(lambda match: known.setdefault(match[0], f"<UID{len(known) + 1}>"), text)


def plain(text: str) -> str:
    """Which of equal Pods and nodes it is does not matter."""
    return re.sub(r"node-\d(?=$| )", "<NODE>", re.sub(r"<SUF\d+>", "<SUF>", text))


def steps(transitions: list[Object]) -> list[Object]:
    """Without repetitions: changes of what a trace does not show."""
    return [one for number, one in enumerate(transitions) if number == 0 or one != transitions[number - 1]]


def seen(transition: Object) -> Object:
    """An object as a trace shows it."""
    obj = transition["object"]
    metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    shown: Object = {"type": transition["type"]}
    if "deletionTimestamp" in metadata:
        shown["deleting"] = True
    if metadata.get("finalizers"):
        shown["finalizers"] = metadata["finalizers"]
    if metadata.get("ownerReferences"):
        shown["owners"] = [f"{one['kind']}/{one['name']}" for one in metadata["ownerReferences"]]
    if obj["kind"] == "Job":
        shown["suspend"] = spec["suspend"]
    if obj["kind"] in ("Deployment", "ReplicaSet", "StatefulSet"):
        shown["generation"] = metadata["generation"]
    if "replicas" in spec:
        shown["replicas"] = spec["replicas"]
    if spec.get("taints"):
        shown["taints"] = [{"key": one["key"], "effect": one["effect"]} for one in spec["taints"]]
    shown["status"] = status_of(obj["kind"], status)
    if not shown["status"]:
        del shown["status"]
    return shown


def status_of(kind: str, status: Object) -> Object:
    hidden = (
        "conditions",
        "startTime",
        "completionTime",
        "allocatable",
        "capacity",
        "images",
    )
    shown = {name: value for name, value in status.items() if name not in hidden}
    if kind == "Node":
        return {"conditions": {one["type"]: [one["status"], one.get("reason")] for one in status["conditions"]}}
    if status.get("conditions"):
        fields = ("type", "status") if kind == "Job" else ("type", "status", "reason", "message")
        shown["conditions"] = [{name: one[name] for name in fields if name in one} for one in status["conditions"]]
    return shown


def is_done(obj: Object | None) -> bool:
    """What `rollout status` and `wait` wait for."""
    if obj is None:
        return False
    status, spec = obj.get("status") or {}, obj["spec"]
    if obj["kind"] == "Job":
        return any(one["type"] == "Complete" for one in status.get("conditions", ()))
    current = status.get("observedGeneration", 0) >= obj["metadata"]["generation"]
    numbers = [status.get(name, 0) for name in ("updatedReplicas", "readyReplicas", "replicas")]
    settled = status.get("currentRevision") == status.get("updateRevision")
    return current and settled and all(number == spec["replicas"] for number in numbers)


def deployment(name: str, flags: list[str]) -> Object:
    options = dict(flag.removeprefix("--").split("=") for flag in flags)
    container = {"name": options["image"].partition(":")[0], "image": options["image"]}
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": int(options.get("replicas", 1)), "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": name, "namespace": "default", "labels": labels}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def autoscaler(name: str) -> Object:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
    }
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 3, "metrics": [metric]}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": spec}


if __name__ == "__main__":
    import sys

    outcome = run(tuple(sys.argv[1:]))
    print(f"{outcome.equal}/{outcome.total}", *outcome.differences, sep="\n")
