"""crictl stop, rm, stopp, rmp, pull, rmi: what the kubelet mends soon after. Upstream: cri-tools/cmd/crictl"""

from collections.abc import Mapping

from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.crictl.found import (
    Failure,
    Sandbox,
    containers,
    image_id,
    images_on,
    one,
    one_image,
    one_sandbox,
    sandboxes,
)
from simulator.nodeshell.programs.crictl.inspecting import names
from simulator.runtime import signals
from simulator.runtime.images import PullError, pull
from simulator.runtime.process import Process

type Flags = Mapping[str, str]


def stop(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    for word in names(words):
        container = one(host, word)
        host.kubelet.runtime.signal(container.row["machine"], signals.TERM)
        host.kubelet.runtime.kill(container.row["machine"])
        process.print(container.id)
    return 0


def remove(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    chosen = words if not {"a", "all"} & flags.keys() else [each.id for each in containers(host)]
    for word in names(chosen):
        container = one(host, word)
        if container.state == "Running" and not {"f", "force"} & flags.keys():
            about = f'container "{container.id}" is in running state, must set force flag to remove'
            raise Failure(f'removing the container "{word}": rpc error: code = Unknown desc = failed to set removing '
                          f"state for container: {about}")  # fmt: skip
        host.kubelet.runtime.kill(container.row["machine"])
        process.print(container.id)
    return 0


def stop_pod(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    for word in names(words):
        sandbox = one_sandbox(host, word, "stopping")
        end(host, sandbox)
        process.print(f"Stopped sandbox {word}")
    return 0


def end(host: Host, sandbox: Sandbox) -> None:
    """All containers of a sandbox end, and with it its network; the kubelet will make another."""
    machines = [each.row["machine"] for each in containers(host) if each.uid == sandbox.uid and each.state == "Running"]
    host.kubelet.outages.lose_sandbox(sandbox.uid, code=128 + signals.KILL, reason="Error")
    for machine in machines:
        host.cluster.machines.power_off(machine)


def remove_pod(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    chosen = words if not {"a", "all"} & flags.keys() else [each.id for each in sandboxes(host)]
    for word in names(chosen):
        sandbox = one_sandbox(host, word, "removing")
        if sandbox.is_ready and not {"f", "force"} & flags.keys():
            raise Failure(f'removing the pod sandbox "{word}": pod sandbox "{word}" is running, please stop it first')
        if sandbox.is_ready:
            end(host, sandbox)
            process.print(f"Stopped sandbox {word}")
        process.print(f"Removed sandbox {word}")
    return 0


def fetch(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    for word in names(words):
        try:
            host.kubelet.images.fetch(host.name, word)
        except PullError as error:
            raise Failure(f"pulling image: {error}") from None
        process.print(f"Image is up to date for {pull(word).id}")
    return 0


def remove_image(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """Take images off the node: those that are named, all, or (`--prune`) those no container is of."""
    if {"a", "all"} & flags.keys():
        chosen = images_on(host)
    elif {"q", "prune"} & flags.keys():
        used = {f"sha256:{image_id(each)}" for each in containers(host)}
        chosen = [each for each in images_on(host) if each.id not in used and "/pause:" not in each.name]
    else:
        chosen = [one_image(host, word) for word in names(words)]
    for image in chosen:
        if "/pause:" in image.name:
            continue  # it is pinned
        host.kubelet.images.remove(host.name, image)
        process.print(f"Deleted: {image.name}")
    return 0
