"""The world a lesson starts in: nodes, objects, files, and what has happened before the learner comes.

A scene is a map: `world` (`lab3`, `lab1`), `clusters` (names, where there are to be several of that world, each with
the same namespaces and objects; the first is the kubeconfig's current context), `namespace` (the learner's, made and
set in the kubeconfig), `namespaces` (others), `shell` (namespaces that get a Deployment to ask from), `objects`
(manifests), `files` (path → content, below the home directory), `script` (commands run at the workstation before
anybody sees it), `settle` (seconds to pass), `network_policies` (false: the CNI plugin does not enforce them).
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from lessons.checks.future import act
from lessons.checks.view import View
from lessons.course import Lesson
from lessons.draws import drawn
from lessons.origins import remember
from lessons.running import run
from simulator.runtime.nodes import file
from simulator.spec import WorldSpec, lab
from simulator.workstation import HOME, NAME, USER
from simulator.world import World

WORLDS = {"lab3": 3, "lab1": 1}
SETTLE = 30
SHELL = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shell}
spec:
  selector: {matchLabels: {run: shell}}
  template:
    metadata: {labels: {run: shell}}
    spec:
      nodeSelector: {node-role.kubernetes.io/control-plane: ""}
      tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]
      terminationGracePeriodSeconds: 1
      containers: [{name: shell, image: "kubelab/shell:1.0"}]
"""
"""A machine inside the cluster that survives every worker."""


class SceneError(Exception):
    """A scene that cannot be set up."""


def boot(lesson: Lesson, seed: str) -> World:
    """The untouched world of a lesson for one learner."""
    return _stage(_Key(drawn(lesson, seed))).fork(seed=seed)


class _Key:
    """A lesson as a cache key: by what its scene says."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.text = f"{lesson.id} {lesson.scene!r}"

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.text == self.text


@lru_cache(maxsize=64)
def _stage(key: _Key) -> World:
    """Build a scene once; learners get forks of it."""
    scene = key.lesson.scene
    world = World.boot(spec_of(scene), seed=f"scene/{key.lesson.id}")
    commands = preparations(world, scene)
    if commands:
        code, output = run(world, "\n".join(["set -e", *commands]))
        if code:
            raise SceneError(f"the scene of {key.lesson.id} ends with {code}: {output}")
    act(View(world), scene.get("actions") or [])
    world.advance(float(scene.get("settle", SETTLE)))
    remember(world)
    return world


def preparations(world: World, scene: dict[str, Any]) -> list[str]:
    """Place the files of a scene; the commands that make the rest."""
    manifests = {f".shell-{name}.yaml": (SHELL, f" --namespace={name}") for name in scene.get("shell", ())}
    if scene.get("objects"):
        manifests[".scene.yaml"] = (scene["objects"], "")
    for path, content in (scene.get("files") or {}).items():
        write(world, path, content)
    for path, (manifest, _) in manifests.items():
        write(world, path, manifest)
    own = scene.get("namespace", "default")
    namespaces = [name for name in (own, *scene.get("namespaces", ())) if name != "default"]
    commands = [f"kubectl create namespace {name} --context={one}" for one in world.clusters for name in namespaces]
    if namespaces:
        commands.append("sleep 2  # a ServiceAccount comes to each namespace a moment later, and Pods need it")
    if own != "default":
        commands += [f"kubectl config set-context {name} --namespace={own}" for name in world.clusters]
    for path, (_, where) in manifests.items():
        commands += [f"kubectl apply --context={name}{where} -f ~/{path}" for name in world.clusters]
        commands.append(f"rm ~/{path}")
    if scene.get("script"):
        commands.append(scene["script"])
    return commands


def spec_of(scene: dict[str, Any]) -> WorldSpec:
    name = scene.get("world", "lab3")
    if name not in WORLDS:
        raise SceneError(f"there is no world {name}")
    one = lab(
        WORLDS[name],
        kubernetes=str(scene.get("kubernetes", "1.37")),
        network_policies=bool(scene.get("network_policies", True)),
    )
    names = scene.get("clusters") or [cluster.name for cluster in one.clusters]
    return replace(one, clusters=tuple(replace(one.clusters[0], name=name) for name in names))


def write(world: World, path: str, content: str) -> None:
    """Put a file into the learner's home directory."""
    full = path if path.startswith("/") else f"{HOME}/{path}"
    node = file(content, owner=USER, group=USER, modified=world.clock.now)
    world.machines.files(NAME).place(full, node)
