"""crictl ps, pods, images, stats: what there is, as tables or as data. Upstream: cri-tools/cmd/crictl"""

from collections.abc import Mapping

from simulator.kernel.clock import SECOND
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.crictl.found import (
    Container,
    Failure,
    Sandbox,
    ago,
    containers,
    given,
    has_labels,
    image_id,
    images_on,
    one_image,
    sandboxes,
    short,
    table,
    youngest,
)
from simulator.runtime.cgroups import SCRAPE
from simulator.runtime.images import Image
from simulator.runtime.process import Process

type Flags = Mapping[str, str]


def form(flags: Flags) -> str:
    """The output that is asked for: "" for a table."""
    wanted = given(flags, "output", "o")
    if wanted not in ("", "table", "json", "yaml"):
        raise Failure(f"unsupported output format: {wanted}")
    return wanted.removeprefix("table")


def write(process: Process, body: Object, how: str) -> None:
    process.print((yaml.dump(body) if how == "yaml" else yaml.dump_json(body)).rstrip("\n"))


def labels_of(container: Container) -> dict[str, str]:
    return {
        "io.kubernetes.container.name": container.name,
        "io.kubernetes.pod.name": container.pod["name"],
        "io.kubernetes.pod.namespace": container.pod["namespace"],
        "io.kubernetes.pod.uid": container.uid,
    }


def ps(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    rows = youngest([each for each in containers(host) if is_wanted(host, each, flags)], flags)
    if {"q", "quiet"} & flags.keys():
        for each in rows:
            process.print(each.id)
        return 0
    if form(flags):
        write(process, {"containers": [described(each) for each in rows]}, form(flags))
        return 0
    heads = ("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE")
    table(process, heads, [
        (short(each.id, flags), shown_image(each, flags), ago(process.now, int(each.row["began"])), each.state,
         each.name, str(each.row["restarts"]), short(each.sandbox, flags), each.pod["name"], each.pod["namespace"])
        for each in rows
    ])  # fmt: skip
    return 0


def is_wanted(host: Host, each: Container, flags: Flags) -> bool:
    everything = {"a", "all", "s", "state", "l", "latest", "n", "last"} & flags.keys()
    if not everything and each.state != "Running":
        return False
    state, image = given(flags, "state", "s", each.state), given(flags, "image")
    if image and one_image(host, image).id != f"sha256:{image_id(each)}":
        return False
    return (
        state.lower() == each.state.lower()
        and given(flags, "name") in each.name
        and each.id.startswith(given(flags, "id"))
        and each.sandbox.startswith(given(flags, "pod", "p"))
        and given(flags, "namespace", "", each.pod["namespace"]) == each.pod["namespace"]
        and has_labels(labels_of(each), given(flags, "label"))
    )


def shown_image(container: Container, flags: Flags) -> str:
    if {"r", "resolve-image-path"} & flags.keys():
        return str(container.row["image"]["name"])
    return short(image_id(container), flags)


def described(container: Container) -> Object:
    return {
        "annotations": {"io.kubernetes.container.restartCount": str(container.row["restarts"])},
        "createdAt": nanoseconds(int(container.row["began"])),
        "id": container.id,
        "image": {"annotations": {}, "image": f"sha256:{image_id(container)}", "runtimeHandler": "",
                  "userSpecifiedImage": container.row["image"]["name"]},
        "imageId": f"sha256:{image_id(container)}",
        "imageRef": f"sha256:{image_id(container)}",
        "labels": labels_of(container),
        "metadata": {"attempt": container.row["restarts"], "name": container.name},
        "podSandboxId": container.sandbox,
        "state": "CONTAINER_RUNNING" if container.state == "Running" else "CONTAINER_EXITED",
    }  # fmt: skip


def nanoseconds(moment: int) -> str:
    return str(moment * 1000)


def pods(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    rows = youngest([each for each in sandboxes(host) if is_sandbox_wanted(each, flags)], flags)
    if {"q", "quiet"} & flags.keys():
        for each in rows:
            process.print(each.id)
        return 0
    if form(flags):
        write(process, {"items": [described_sandbox(each) for each in rows]}, form(flags))
        return 0
    heads = ("POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME")
    table(process, heads, [
        (short(each.id, flags), ago(process.now, int(each.row["began"])), "Ready" if each.is_ready else "NotReady",
         each.row["name"], each.row["namespace"], "0", "(default)")
        for each in rows
    ])  # fmt: skip
    return 0


def is_sandbox_wanted(each: Sandbox, flags: Flags) -> bool:
    state = given(flags, "state", "s")
    return (
        given(flags, "name") in each.row["name"]
        and given(flags, "namespace", "", each.row["namespace"]) == each.row["namespace"]
        and each.id.startswith(given(flags, "id"))
        and (not state or state.lower() == ("ready" if each.is_ready else "notready"))
        and has_labels(each.labels, given(flags, "label"))
    )


def described_sandbox(each: Sandbox) -> Object:
    return {
        "annotations": dict(each.pod["metadata"].get("annotations") or {}),
        "createdAt": nanoseconds(int(each.row["began"])),
        "id": each.id,
        "labels": each.labels,
        "metadata": {"attempt": 0, "name": each.row["name"], "namespace": each.row["namespace"], "uid": each.uid},
        "runtimeHandler": "",
        "state": "SANDBOX_READY" if each.is_ready else "SANDBOX_NOTREADY",
    }


def images(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    found = [each for each in images_on(host) if not words or words[0] in (each.name, each.repository)]
    if {"q", "quiet"} & flags.keys():
        for identity in dict.fromkeys(each.id for each in found):
            process.print(identity)
        return 0
    if form(flags):
        write(process, {"images": [described_image(each) for each in found]}, form(flags))
        return 0
    rows = []
    for each in found:
        digest = (short(each.digest.removeprefix("sha256:"), flags),) if "digests" in flags else ()
        identity = short(each.id.removeprefix("sha256:"), flags)
        rows.append((each.repository, each.tag, *digest, identity, size(each.size)))
    table(process, ("IMAGE", "TAG", *(("DIGEST",) if "digests" in flags else ()), "IMAGE ID", "SIZE"), rows)
    return 0


def described_image(image: Image) -> Object:
    return {
        "id": image.id, "pinned": "/pause:" in image.name, "repoDigests": [image.reference], "repoTags": [image.name],
        "size": str(image.size), "uid": {"value": str(image.user)} if image.user else None, "username": "",
    }  # fmt: skip


def size(number: int) -> str:
    """Upstream: docker/go-units HumanSizeWithPrecision(3)"""
    value, unit = float(number), "B"
    for bigger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, bigger
    return f"{value:.3g}{unit}"


def pod_stats(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """What Pods use: CPU since the last scrape, memory now."""
    rows: list[tuple[str, ...]] = []
    cgroups, scraped = process.machines.cgroups, (process.now - SECOND) // SCRAPE * SCRAPE
    for each in sandboxes(host):
        busy, memory = 0.0, 0
        for container in containers(host):
            if container.uid == each.uid and container.state == "Running":
                now, before = (cgroups.usage(container.row["machine"], moment) for moment in (process.now, scraped))
                busy += 100 * max(now.cpu - before.cpu, 0) / (process.now - scraped)
                memory += now.memory
        if is_sandbox_wanted(each, flags):
            rows.append((short(each.id, flags), each.row["name"], f"{busy:.2f}", size(memory)))
    table(process, ("POD ID", "POD", "CPU %", "MEM"), rows)
    return 0


def stats(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """What running containers use: CPU since the last scrape, memory now."""
    rows: list[tuple[str, ...]] = []
    cgroups, scraped = process.machines.cgroups, (process.now - SECOND) // SCRAPE * SCRAPE
    for each in containers(host):
        if each.state != "Running" or not each.id.startswith(words[0] if words else given(flags, "id")):
            continue
        if not each.sandbox.startswith(given(flags, "pod", "p")):
            continue
        if has_labels(labels_of(each), given(flags, "label")):
            now, before = (cgroups.usage(each.row["machine"], moment) for moment in (process.now, scraped))
            busy = 100 * max(now.cpu - before.cpu, 0) / (process.now - scraped)
            rows.append((short(each.id, flags), each.name, f"{busy:.2f}", size(now.memory), "0B", "0"))
    table(process, ("CONTAINER", "NAME", "CPU %", "MEM", "DISK", "INODES"), rows)
    return 0
