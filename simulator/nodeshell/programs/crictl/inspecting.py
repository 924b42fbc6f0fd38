"""crictl inspect, inspectp, inspecti, info, version: one thing in full. Upstream: cri-tools/cmd/crictl"""

from collections.abc import Mapping

from simulator.kernel.clock import timestamp
from simulator.kubelet.records import RUNNING
from simulator.machinery.objects import Object
from simulator.machinery.templates import Template, TemplateError
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.crictl.found import Failure, given, images_on, one, one_image, one_sandbox
from simulator.nodeshell.programs.crictl.listing import described_image, described_sandbox, labels_of, write
from simulator.runtime.process import Process

type Flags = Mapping[str, str]


def form(flags: Flags) -> str:
    wanted = given(flags, "output", "o", "json")
    if wanted not in ("json", "yaml", "go-template"):
        raise Failure(f"unsupported output format: {wanted}; json, yaml and go-template are simulated")
    return wanted


def tell(process: Process, body: Object, flags: Flags) -> None:
    """What is known of one thing, in the form that is asked for."""
    how = form(flags)
    if how != "go-template":
        write(process, body, how)
        return
    text = given(flags, "template", "template", "")
    if not text:
        raise Failure("template string is empty")
    try:
        process.print(Template("tmplExecuteRawJSON", text).render(body))
    except TemplateError as failure:
        raise Failure(f"failed to template data: {failure}") from None


def names(words: list[str]) -> list[str]:
    if not words:
        raise Failure("ID cannot be empty")
    return words


def inspect(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    for word in names(words):
        container = one(host, word)
        row = container.row
        pod = container.pod
        folder = f"/var/log/pods/{pod['namespace']}_{pod['name']}_{container.uid}/{container.name}"
        ended = row["state"] != RUNNING
        status: Object = {
            "id": container.id,
            "metadata": {"attempt": row["restarts"], "name": container.name},
            "state": "CONTAINER_EXITED" if ended else "CONTAINER_RUNNING",
            "createdAt": timestamp(int(row["began"])),
            "startedAt": timestamp(int(row["began"])),
            "finishedAt": timestamp(int(row["ended"])) if ended and row.get("ended") else "0001-01-01T00:00:00Z",
            "exitCode": row.get("exit", 0) if ended else 0,
            "image": {"image": row["image"]["name"]},
            "imageRef": row["image"]["id"],
            "reason": row["reason"] if ended else "",
            "message": row["message"] if ended else "",
            "labels": labels_of(container),
            "logPath": f"{folder}/{row['restarts']}.log",
        }
        number = host.numbers().get((row["machine"], 1), 0)
        info = {"pid": number, "runtimeType": "io.containerd.runc.v2", "sandboxID": container.sandbox}
        tell(process, {"status": status, "info": info}, flags)
    return 0


def inspect_pod(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    for word in names(words):
        sandbox = one_sandbox(host, word, "getting status of")
        about = described_sandbox(sandbox)
        status = {
            **about,
            "createdAt": timestamp(int(sandbox.row["began"])),
            "linux": {
                "namespaces": {"options": {"network": "NODE" if sandbox.pod["spec"].get("hostNetwork") else "POD"}}
            },
            "network": {"additionalIps": [], "ip": sandbox.row["ip"]},
        }
        tell(process, {"info": {"runtimeType": "io.containerd.runc.v2"}, "status": status}, flags)
    return 0


def inspect_image(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    for word in names(words):
        try:
            image = one_image(host, word)
        except Failure:
            raise Failure(f'no such image "{word}" present') from None
        config = {"Cmd": list(image.command), "Entrypoint": list(image.entrypoint), "WorkingDir": image.cwd}
        config |= {"Env": [f"{key}={value}" for key, value in image.env.items()], "StopSignal": image.stop_signal}
        spec = {"architecture": "amd64", "config": config, "os": "linux"}
        tell(process, {"info": {"imageSpec": spec}, "status": described_image(image)}, flags)
    return 0


def image_disk(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """How much of the disk the images take."""
    used = sum(each.size for each in images_on(host))
    folder = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs"
    about = {
        "timestamp": str(process.now * 1000),
        "fsId": {"mountpoint": folder},
        "usedBytes": {"value": str(used)},
        "inodesUsed": {"value": "2048"},
    }
    write(process, {"status": {"containerFilesystems": [], "imageFilesystems": [about]}}, form(flags))
    return 0


def info(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    conditions: list[Object] = [{"message": "", "reason": "", "status": True, "type": "RuntimeReady"}]
    network: Object = {"message": "", "reason": "", "status": True, "type": "NetworkReady"}
    if host.kubelet.cni.is_missing(host.name):
        message = "Network plugin returns error: cni plugin not initialized"
        network |= {"message": message, "reason": "NetworkPluginNotReady", "status": False}
    conditions.append(network)
    root = "/var/lib/containerd/io.containerd.grpc.v1.cri"
    config = {"containerdEndpoint": "/run/containerd/containerd.sock", "rootDir": root}
    write(process, {"config": config, "status": {"conditions": conditions}}, form(flags))
    return 0


def version(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    process.print("Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v2.2.0\nRuntimeApiVersion:  v1")
    return 0
