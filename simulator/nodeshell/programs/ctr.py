"""ctr: containerd asked in its own words, namespace by namespace. Upstream: containerd/cmd/ctr"""

from simulator.nodeshell.files import CONTAINERD
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.crictl.changing import fetch
from simulator.nodeshell.programs.crictl.found import Failure, containers, images_on, sandboxes
from simulator.nodeshell.programs.crictl.listing import size
from simulator.runtime.images import PullError
from simulator.runtime.process import Process
from simulator.runtime.programs import command

KUBERNETES = "k8s.io"
SOCKET = "/run/containerd/containerd.sock"
RUNTIME = "io.containerd.runc.v2"
ALIASES = {
    "c": "containers", "container": "containers", "i": "images", "image": "images", "n": "namespaces",
    "namespace": "namespaces", "ns": "namespaces", "t": "tasks", "task": "tasks",
}  # fmt: skip


@command("ctr")
def ctr(process: Process) -> int:
    host, words, namespace = (
        host_of(process),
        list(process.argv[1:]),
        process.env.get("CONTAINERD_NAMESPACE", "default"),
    )
    while words and words[0].startswith("-"):
        name, equals, value = words.pop(0).partition("=")
        if name in ("-n", "--namespace", "-a", "--address"):
            value = value if equals else words.pop(0) if words else ""
            namespace = value if name in ("-n", "--namespace") else namespace
    if host is None or host.row["runtime"] is not None:
        process.error(f'ctr: cannot access containerd socket "{SOCKET}": no such file or directory')
        return 1
    what = ALIASES.get(words[0], words[0]) if words else ""
    doing = words[1] if len(words) > 1 else "ls"
    doing = {"list": "ls", "remove": "rm", "delete": "rm", "del": "rm"}.get(doing, doing)
    if what == "version":
        process.print(f"Client:\n  Version:  v{CONTAINERD}\n\nServer:\n  Version:  v{CONTAINERD}")
        return 0
    if what == "namespaces" and doing == "ls":
        process.print("NAME    LABELS \nk8s.io         ")
        return 0
    if (what, doing) == ("images", "pull"):
        return pull(process, host, words[2:], namespace)
    if doing != "ls" or what not in ("containers", "images", "tasks"):
        process.error(
            f"ctr: of containers, images, tasks and namespaces a lab lists what there is (`ctr {what or 'TYPE'} ls`)"
        )
        return 1
    quiet = {"-q", "--quiet"} & set(words)
    rows = {"containers": container_rows, "images": image_rows, "tasks": task_rows}[what](host, namespace)
    for row in rows[1:] if quiet else rows:
        process.print(row.split()[0] if quiet else row)
    return 0


def container_rows(host: Host, namespace: str) -> list[str]:
    found = [(each.id, each.row["image"]["name"]) for each in containers(host) if each.state == "Running"]
    found += [(each.id, "registry.k8s.io/pause:3.10.1") for each in sandboxes(host)]
    rows = sorted(found) if namespace == KUBERNETES else []
    wide = max((len(image) for _, image in rows), default=5)
    head = f"{'CONTAINER':<64}    {'IMAGE':<{wide}}    {'RUNTIME':<25}    "
    return [head, *(f"{identity:<64}    {image:<{wide}}    {RUNTIME:<25}    " for identity, image in rows)]


def task_rows(host: Host, namespace: str) -> list[str]:
    found = sorted(each.id for each in containers(host) if each.state == "Running") if namespace == KUBERNETES else []
    head = f"{'TASK':<64}    {'PID':<6}  STATUS    "
    return [head, *(f"{identity:<64}    {1001 + 10 * place:<6}  RUNNING    " for place, identity in enumerate(found))]


def image_rows(host: Host, namespace: str) -> list[str]:
    found = sorted(images_on(host), key=lambda each: each.name) if namespace == KUBERNETES else []
    wide = max((len(each.name) for each in found), default=3)
    rows = [f"{'REF':<{wide}} {'TYPE':<58} {'DIGEST':<71} {'SIZE':<9} PLATFORMS"]
    for each in found:
        digest = each.reference.partition("@")[2]
        kind = "application/vnd.oci.image.index.v1+json"
        rows.append(f"{each.name:<{wide}} {kind:<58} {digest:<71} {size(each.size):<9} linux/amd64")
    return rows


def pull(process: Process, host: Host, words: list[str], namespace: str) -> int:
    names = [word for word in words if not word.startswith("-")]
    if not names or namespace != KUBERNETES:
        return process.fail("please provide an image reference to pull, and -n k8s.io, where Pods find it", 1)
    try:
        return fetch(process, host, {}, names[:1])
    except (Failure, PullError) as failure:
        process.error(f"ctr: {failure}")
        return 1
