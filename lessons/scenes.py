"""The world a lesson starts in: nodes, objects, files, and what has happened before the learner comes.

A scene is a map (docs/scenes.md has it whole): `world` (`lab3`, `lab1`, `lab6`, `ha3`), `clusters` (names, where there
are to be several of that world, each with the same namespaces and objects; the first is the kubeconfig's current
context), `namespace` (the learner's, made and set in the kubeconfig), `namespaces` (others), `shell` (namespaces that
get a Deployment to ask from), `objects` (manifests), `oddities` (names of `lessons.oddities`), `files` (path → content,
below the home directory, or `NODE:/path` on a node), `script` (commands run at the workstation before anybody sees it),
`actions` (as checks have them), `faults` (name → what can go wrong), `settle` (seconds to pass), `history` (workloads
whose past a check asks about), `network_policies` (false: the CNI plugin does not enforce them).
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from lessons import oddities
from lessons.checks.future import act
from lessons.checks.view import View
from lessons.course import Lesson
from lessons.draws import drawn
from lessons.origins import remember
from lessons.running import run
from simulator.faults import UnknownFault
from simulator.network import hosts
from simulator.runtime.errors import OSFailure
from simulator.runtime.images import PullError
from simulator.runtime.nodes import file
from simulator.spec import WorldSpec, lab
from simulator.workstation import HOME, NAME, USER
from simulator.world import World

WORLDS = {"lab3": (3, 1), "lab1": (1, 1), "lab6": (6, 1), "ha3": (3, 3)}
"""Name → workers, control-plane nodes."""
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
    for name, about in (scene.get("hosts") or {}).items():
        set_up(world, name, **about)
    commands = preparations(world, scene)
    if commands:
        code, output = run(world, "\n".join(["set -e", *commands]))
        if code:
            raise SceneError(f"the scene of {key.lesson.id} ends with {code}: {output}")
    act(View(world), scene.get("actions") or [])
    declare(world, scene.get("faults") or {})
    world.advance(float(scene.get("settle", SETTLE)))
    remember(world)
    for workload in scene.get("history", ()):
        world.cluster.chronicle.watch(workload)
    return world


def preparations(world: World, scene: dict[str, Any]) -> list[str]:
    """Place the files of a scene; the commands that make the rest."""
    manifests = {f".shell-{name}.yaml": (SHELL, f" --namespace={name}") for name in scene.get("shell", ())}
    if scene.get("objects"):
        manifests[".scene.yaml"] = (scene["objects"], "")
    if scene.get("oddities"):
        manifests[".oddities.yaml"] = (oddities.manifest(scene["oddities"]), "")
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


def set_up(world: World, name: str, address: str, image: str, env: dict[str, str] | None = None) -> None:
    """Have a server of a scene run beside the clusters."""
    if not address.startswith(hosts.RANGE):
        raise SceneError(f"the host {name} needs an address that begins with {hosts.RANGE}: {address}")
    try:
        hosts.start(world.machines, name, address, image, {key: str(value) for key, value in (env or {}).items()})
    except (PullError, OSFailure) as failure:
        raise SceneError(f"the host {name}: {failure}") from None


def declare(world: World, faults: dict[str, Any]) -> None:
    """Put a scene's faults on the board; those that begin with the scene happen now."""
    for name, about in faults.items():
        try:
            world.faults.declare(
                name,
                about["fault"],
                about.get("with") or {},
                cluster=about.get("cluster", ""),
                label=about.get("label"),
            )
            if about.get("from_start"):
                world.faults.begin(name)
        except UnknownFault as mistake:
            raise SceneError(f"the fault {name}: {mistake}") from None


def spec_of(scene: dict[str, Any]) -> WorldSpec:
    name = scene.get("world", "lab3")
    if name not in WORLDS:
        raise SceneError(f"there is no world {name}")
    workers, control_planes = WORLDS[name]
    one = lab(
        workers,
        control_planes=control_planes,
        kubernetes=str(scene.get("kubernetes", "1.37")),
        network_policies=bool(scene.get("network_policies", True)),
    )
    names = scene.get("clusters") or [cluster.name for cluster in one.clusters]
    return replace(one, clusters=tuple(replace(one.clusters[0], name=name) for name in names))


def write(world: World, path: str, content: str) -> None:
    """Put a file into the learner's home directory, or with `NODE:` before it on a node's disk."""
    node_name, colon, place = path.partition(":/")
    nodes = world.cluster.nodes
    if colon and nodes is not None and nodes.knows(node_name):
        disk = world.machines.volumes.view(nodes.machine(node_name))
        disk.place(f"/{place}", file(content, mode=0o600, modified=world.clock.now))
        return
    full = path if path.startswith("/") else f"{HOME}/{path}"
    node = file(content, owner=USER, group=USER, modified=world.clock.now)
    world.machines.files(NAME).place(full, node)
