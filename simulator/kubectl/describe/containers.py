"""Containers, their states and environments, and Pod templates. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.kubectl.describe.page import Page, boolean, date, values
from simulator.kubectl.describe.volumes import describe_volumes
from simulator.machinery import quantities
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at
from simulator.machinery.selectors import formatted


def describe_containers(
    page: Page,
    title: str,
    containers: Sequence[Object],
    statuses: Sequence[Object],
    pod: Object | None,
    space: str = "",
) -> None:
    """`pod` is where field references are looked up; None inside a template."""
    by_name = {status["name"]: status for status in statuses}
    page.write(f"{space}{title}:{'' if containers else ' <none>'}\n")
    for container in containers:
        status = by_name.get(container["name"])
        _basics(page, container, status, " " if space else "")
        for word, field in (("Command", "command"), ("Args", "args")):
            if container.get(field):
                page.line(2, f"{word}:")
                for argument in container[field]:
                    for line in argument.split("\n"):
                        page.line(3, line)
        if status is not None:
            _states(page, status)
        describe_resources(page, container.get("resources"), 2)
        for word, field in (
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ):
            if container.get(field):
                page.field(2, word, probe_text(container[field]))
        _environment_sources(page, container)
        _environment(page, container, pod)
        _mounts(page, container)


def _basics(page: Page, container: Object, status: Object | None, indent: str) -> None:
    page.line(1, f"{indent}{container['name']}:")
    if status is not None:
        page.field(2, "Container ID", status.get("containerID", ""))
    page.field(2, "Image", container.get("image", ""))
    if status is not None:
        page.field(2, "Image ID", status.get("imageID", ""))
    for word, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        text = ports_text(container.get("ports") or (), field)
        page.field(2, f"{word}s" if "," in text else word, text or "<none>")
    profile = at(container, "securityContext", "seccompProfile")
    if profile:
        page.field(2, "SeccompProfile", profile["type"])
        if profile["type"] == "Localhost":
            page.field(3, "LocalhostProfile", profile.get("localhostProfile", ""))


def ports_text(ports: Sequence[Object], field: str) -> str:
    texts = []
    for port in ports:
        text = f"{port.get(field, 0)}/{port.get('protocol', 'TCP')}"
        texts.append(f"{text} ({port['name']})" if port.get("name") else text)
    return ", ".join(texts)


def _states(page: Page, status: Object) -> None:
    _state(page, "State", status.get("state") or {})
    if at(status, "lastState", "terminated"):
        _state(page, "Last State", status["lastState"])
    page.field(2, "Ready", "True" if status.get("ready") else "False")
    page.field(2, "Restart Count", status.get("restartCount", 0))


def _state(page: Page, title: str, state: Object) -> None:
    if "running" in state:
        page.field(2, title, "Running")
        page.field(3, "Started", date(state["running"].get("startedAt")))
    elif "terminated" in state:
        ended = state["terminated"]
        page.field(2, title, "Terminated")
        for word, field in (("Reason", "reason"), ("Message", "message")):
            if ended.get(field):
                page.field(3, word, ended[field])
        page.field(3, "Exit Code", ended.get("exitCode", 0))
        if ended.get("signal", 0) > 0:
            page.field(3, "Signal", ended["signal"])
        page.field(3, "Started", date(ended.get("startedAt")))
        page.field(3, "Finished", date(ended.get("finishedAt")))
    else:
        page.field(2, title, "Waiting")
        if at(state, "waiting", "reason"):
            page.field(3, "Reason", state["waiting"]["reason"])


def describe_resources(page: Page, resources: Object | None, level: int) -> None:
    for word, field in (("Limits", "limits"), ("Requests", "requests")):
        amounts: Mapping[str, Any] = (resources or {}).get(field) or {}
        if amounts:
            page.line(level, f"{word}:")
        for name in sorted(amounts):
            page.field(level + 1, name, amounts[name])


def probe_text(probe: Object) -> str:
    """One probe on one line."""
    attributes = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s "
        f"period={probe.get('periodSeconds', 0)}s successThreshold={probe.get('successThreshold', 0)} "
        f"failureThreshold={probe.get('failureThreshold', 0)}"
    )
    if "exec" in probe:
        return f"exec {values(probe['exec'].get('command'))} {attributes}"
    if "httpGet" in probe:
        get = probe["httpGet"]
        host = f"{get.get('host', '')}:{get['port']}" if str(get.get("port", "")) else get.get("host", "")
        path = get.get("path", "")
        path = f"/{path}" if path and not path.startswith("/") else path
        return f"http-get {get.get('scheme', 'HTTP').lower()}://{host}{path} {attributes}"
    if "tcpSocket" in probe:
        return f"tcp-socket {probe['tcpSocket'].get('host', '')}:{probe['tcpSocket']['port']} {attributes}"
    if "grpc" in probe:
        return f"grpc <pod>:{probe['grpc']['port']} {probe['grpc'].get('service') or ''} {attributes}"
    return f"unknown {attributes}"


def _environment_sources(page: Page, container: Object) -> None:
    sources = container.get("envFrom") or ()
    if not sources:
        return
    page.line(2, "Environment Variables from:")
    for source in sources:
        kind, reference = "", {}
        if "configMapRef" in source:
            kind, reference = "ConfigMap", source["configMapRef"]
        elif "secretRef" in source:
            kind, reference = "Secret", source["secretRef"]
        if source.get("prefix"):
            kind += f" with prefix '{source['prefix']}'"
        page.line(3, reference.get("name", ""), kind, f"Optional: {boolean(reference.get('optional'))}")


def _environment(page: Page, container: Object, pod: Object | None) -> None:
    variables = container.get("env") or ()
    page.write("    Environment:" + ("" if variables else "\t<none>") + "\n")
    for variable in variables:
        origin = variable.get("valueFrom")
        name = variable["name"]
        if origin is None:
            first, *rest = str(variable.get("value", "")).split("\n")
            page.field(3, name, first)
            for part in rest:
                page.line(3, "", part)
        elif "fieldRef" in origin:
            reference = origin["fieldRef"]
            shown = field_value(pod, reference["fieldPath"]) if pod is not None else ""
            page.field(3, name, f"{shown} ({reference.get('apiVersion', 'v1')}:{reference['fieldPath']})")
        elif "resourceFieldRef" in origin:
            page.field(3, name, resource_value(container, origin["resourceFieldRef"]))
        elif "secretKeyRef" in origin:
            key = origin["secretKeyRef"]
            text = f"<set to the key '{key['key']}' in secret '{key.get('name', '')}'>"
            page.line(3, f"{name}:", text, f"Optional: {boolean(key.get('optional'))}")
        elif "configMapKeyRef" in origin:
            key = origin["configMapKeyRef"]
            text = f"<set to the key '{key['key']}' of config map '{key.get('name', '')}'>"
            page.line(3, f"{name}:", text, f"Optional: {boolean(key.get('optional'))}")


def field_value(pod: Object, path: str) -> str:
    """What a field reference of the downward API points at, of the metadata: kubectl looks up no others."""
    for kind in ("labels", "annotations"):
        if path.startswith(f"metadata.{kind}['"):
            key = path.partition("['")[2].removesuffix("']")
            return str(at(pod, "metadata", kind, default={}).get(key, ""))
    looked_up = path in ("metadata.name", "metadata.namespace", "metadata.uid")
    return str(at(pod, *path.split("."), default="")) if looked_up else ""


def resource_value(container: Object, reference: Object) -> str:
    """What a reference to a container's own resources points at, and its name."""
    wanted = reference["resource"]
    group, _, name = wanted.partition(".")
    amount = at(container, "resources", group, default={}).get(name)
    divisor = quantities.parse(str(reference.get("divisor") or "1"))
    if amount is None:
        value = "0"
    elif name == "cpu":
        value = str(-(-quantities.milli(amount) // (divisor.milli() or 1000)))
    else:
        value = str(-(-quantities.value(amount) // (divisor.value() or 1)))
    if value == "0" and wanted in ("limits.cpu", "limits.memory"):
        value = "node allocatable"
    return f"{value} ({wanted})"


def _mounts(page: Page, container: Object) -> None:
    mounts = sorted(container.get("volumeMounts") or (), key=lambda mount: str(mount["mountPath"]))
    page.write("    Mounts:" + ("" if mounts else "\t<none>") + "\n")
    for mount in mounts:
        flags = ["ro" if mount.get("readOnly") else "rw"]
        if mount.get("subPath"):
            flags.append(f"path={quoted(mount['subPath'])}")
        page.line(3, f"{mount['mountPath']} from {mount['name']} ({','.join(flags)})")
    devices = sorted(container.get("volumeDevices") or (), key=lambda device: str(device["devicePath"]))
    if devices:
        page.line(2, "Devices:" if mounts else "Devices:\t<none>")
    for device in devices:
        page.line(3, f"{device['devicePath']} from {device['name']}")


def describe_template(page: Page, template: Object) -> None:
    """The Pods that a workload makes."""
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    page.line(0, "Pod Template:")
    page.labels("  Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        page.annotations("  Annotations", metadata["annotations"])
    if spec.get("serviceAccountName"):
        page.field(1, "Service Account", spec["serviceAccountName"])
    if spec.get("initContainers"):
        describe_containers(page, "Init Containers", spec["initContainers"], (), None, "  ")
    describe_containers(page, "Containers", spec.get("containers") or (), (), None, "  ")
    describe_volumes(page, spec.get("volumes") or (), "  ")
    describe_spread(page, spec, "  ")
    if spec.get("priorityClassName"):
        page.field(1, "Priority Class Name", spec["priorityClassName"])
    page.labels("  Node-Selectors", spec.get("nodeSelector"))
    page.several("  Tolerations", tolerations(spec))


def describe_spread(page: Page, spec: Object, space: str) -> None:
    constraints = sorted(spec.get("topologySpreadConstraints") or (), key=lambda one: str(one["topologyKey"]))
    lines = []
    for constraint in constraints:
        text = f"{constraint['topologyKey']}:{constraint['whenUnsatisfiable']} when max skew "
        text += f"{constraint['maxSkew']} is exceeded"
        if "labelSelector" in constraint:
            text += f" for selector {formatted(constraint['labelSelector'])}"
        lines.append(text)
    if lines:
        page.several("Topology Spread Constraints", lines, space)


def tolerations(spec: Object) -> list[str]:
    lines = []
    for toleration in sorted(spec.get("tolerations") or (), key=lambda one: str(one.get("key", ""))):
        key, value, effect = (toleration.get(field, "") for field in ("key", "value", "effect"))
        text = key + (f"={value}" if value else "") + (f":{effect}" if effect else "")
        if toleration.get("operator") == "Exists" and not value:
            text += " op=Exists" if key or effect else "op=Exists"
        if toleration.get("tolerationSeconds") is not None:
            text += f" for {toleration['tolerationSeconds']}s"
        lines.append(text)
    return lines
