"""Validation of containers. Upstream: validateContainers in pkg/apis/core/validation"""

from collections.abc import Mapping

from simulator.machinery import names
from simulator.machinery.field import duplicate, forbidden, invalid, not_found, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.amounts import validate_requirements
from simulator.resources.common.metadata import Errors, validate_name
from simulator.resources.common.probes import validate_lifecycle, validate_probes
from simulator.resources.common.references import validate_environment, validate_environment_from
from simulator.resources.common.security import validate_container_security
from simulator.resources.common.volumes import validate_descending_path

PROTOCOLS = ("SCTP", "TCP", "UDP")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
NOT_IN_INIT = "may not be set for init containers without restartPolicy=Always"
NOT_IN_EPHEMERAL = "cannot be set for an Ephemeral Container"


class Surroundings:
    """What the containers of one Pod share: its volumes and claims by name, and what it says of all of them."""

    def __init__(self, spec: Object, volumes: Mapping[str, Object]) -> None:
        self.volumes = volumes
        self.claims = {claim.get("name", ""): claim for claim in spec.get("resourceClaims") or ()}
        self.grace: int | None = spec.get("terminationGracePeriodSeconds")
        self.host_users = spec.get("hostUsers") is not False
        self.restart_policy: str = spec.get("restartPolicy", "")


def validate_containers(containers: list[Object], path: str, around: Surroundings) -> Errors:
    if not containers:
        yield required(path)
        return
    taken: dict[str, None] = {}
    for index, container in enumerate(containers):
        place = f"{path}[{index}]"
        yield from validate_container(container, place, around)
        name = container.get("name", "")
        if name in taken:
            yield duplicate(f"{place}.name", name)
        taken[name] = None
        yield from validate_watched(container, place, around)
        policy = container.get("restartPolicy")
        if policy is not None and policy not in ("Always", "Never", "OnFailure"):
            yield not_supported(f"{place}.restartPolicy", policy, ("Always", "Never", "OnFailure"))
    yield from validate_host_ports(containers, path)


def validate_watched(container: Object, path: str, around: Surroundings) -> Errors:
    """Hooks and probes: only for containers that are meant to go on running."""
    if container.get("lifecycle") is not None:
        yield from validate_lifecycle(container["lifecycle"], f"{path}.lifecycle", around.grace)
    yield from validate_probes(container, path, around.grace)


def validate_init_containers(containers: list[Object], others: list[Object], path: str, around: Surroundings) -> Errors:
    taken = {container.get("name", ""): None for container in others}
    for index, container in enumerate(containers):
        place = f"{path}[{index}]"
        yield from validate_container(container, place, around)
        policy = container.get("restartPolicy")
        if policy is not None and policy not in ("Always", "Never", "OnFailure"):
            yield not_supported(f"{place}.restartPolicy", policy, ("Always", "Never", "OnFailure"))
        name = container.get("name", "")
        if name in taken:
            yield duplicate(f"{place}.name", name)
        elif name:
            taken[name] = None
        yield from validate_host_ports([container], path)
        if policy == "Always":
            yield from validate_watched(container, place, around)
            continue
        for field in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            if container.get(field) is not None:
                yield forbidden(f"{place}.{field}", NOT_IN_INIT)


def validate_ephemeral_containers(containers: list[Object], spec: Object, path: str, around: Surroundings) -> Errors:
    lasting = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    targets = {container.get("name", ""): None for container in lasting}
    taken = dict(targets)
    for index, container in enumerate(containers):
        place = f"{path}[{index}]"
        yield from validate_container(container, place, around)
        yield from validate_image(container, place)
        name, target = container.get("name", ""), container.get("targetContainerName", "")
        if name in taken:
            yield duplicate(f"{place}.name", name)
        taken[name] = None
        if target and target not in targets:
            yield not_found(f"{place}.targetContainerName", target)
        for field in ("ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
            if container.get(field):
                yield forbidden(f"{place}.{field}", NOT_IN_EPHEMERAL)
        for position, mount in enumerate(container.get("volumeMounts") or ()):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    yield forbidden(f"{place}.volumeMounts[{position}].{field}", NOT_IN_EPHEMERAL)


def validate_image(container: Object, path: str) -> Errors:
    """In a Pod, not yet in a template, an image's name is taken at its word."""
    image = container.get("image", "")
    if image != image.strip():
        yield invalid(f"{path}.image", image, "must not have leading or trailing whitespace")


def validate_container(container: Object, path: str, around: Surroundings) -> Errors:
    """What holds for every container, whatever its part in the Pod."""
    name = container.get("name")
    if not name:
        yield required(f"{path}.name")
    else:
        yield from validate_name(name, f"{path}.name", names.dns_label)
    if not container.get("image"):
        yield required(f"{path}.image")
    policy = container.get("terminationMessagePolicy", "")
    if not policy:
        yield required(f"{path}.terminationMessagePolicy")
    elif policy not in ("File", "FallbackToLogsOnError"):
        yield not_supported(f"{path}.terminationMessagePolicy", policy, ("File", "FallbackToLogsOnError"))
    if container.get("ports"):
        yield from validate_ports(container["ports"], f"{path}.ports")
    if container.get("env"):
        yield from validate_environment(container["env"], f"{path}.env")
    if container.get("envFrom"):
        yield from validate_environment_from(container["envFrom"], f"{path}.envFrom")
    if container.get("volumeMounts"):
        yield from validate_mounts(container, f"{path}.volumeMounts", around)
    if container.get("volumeDevices"):
        yield from validate_devices(container, f"{path}.volumeDevices", around)
    pull = container.get("imagePullPolicy", "")
    if not pull:
        yield required(f"{path}.imagePullPolicy")
    elif pull not in PULL_POLICIES:
        yield not_supported(f"{path}.imagePullPolicy", pull, PULL_POLICIES)
    if container.get("resources"):
        yield from validate_requirements(container["resources"], f"{path}.resources", around.claims)
    if container.get("resizePolicy"):
        yield from validate_resize_policy(container["resizePolicy"], f"{path}.resizePolicy", around)
    context = container.get("securityContext")
    if context:
        yield from validate_container_security(context, f"{path}.securityContext", host_users=around.host_users)


def validate_ports(ports: list[Object], path: str) -> Errors:
    taken: dict[str, None] = {}
    for index, port in enumerate(ports):
        place, name = f"{path}[{index}]", port.get("name")
        if name:
            wrong = names.port_name(name)
            for message in wrong:
                yield invalid(f"{place}.name", name, message)
            if not wrong and name in taken:
                yield duplicate(f"{place}.name", name)
            taken[name] = None
        if not port.get("containerPort"):
            yield required(f"{place}.containerPort")
        for field in ("containerPort", "hostPort"):
            if port.get(field):
                for message in names.port_number(port[field]):
                    yield invalid(f"{place}.{field}", port[field], message)
        protocol = port.get("protocol", "")
        if not protocol:
            yield required(f"{place}.protocol")
        elif protocol not in PROTOCOLS:
            yield not_supported(f"{place}.protocol", protocol, PROTOCOLS)


def validate_host_ports(containers: list[Object], path: str) -> Errors:
    """Two containers cannot listen on the same port of the node."""
    taken: dict[str, None] = {}
    for index, container in enumerate(containers):
        for position, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            where = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if where in taken:
                yield duplicate(f"{path}[{index}].ports[{position}].hostPort", where)
            taken[where] = None


def validate_mounts(container: Object, path: str, around: Surroundings) -> Errors:
    devices = {device.get("name"): device.get("devicePath") for device in container.get("volumeDevices") or ()}
    taken: dict[str, None] = {}
    for index, mount in enumerate(container["volumeMounts"]):
        place, name, where = f"{path}[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            yield required(f"{place}.name")
        if name not in around.volumes:
            yield not_found(f"{place}.name", name)
        if not where:
            yield required(f"{place}.mountPath")
        if where in taken:
            yield invalid(f"{place}.mountPath", where, "must be unique")
        taken[where] = None
        if name in devices:
            yield invalid(f"{place}.name", name, "must not already exist in volumeDevices")
        if where in devices.values():
            yield invalid(f"{place}.mountPath", where, "must not already exist as a path in volumeDevices")
        yield from validate_sub_path(mount, place, path)
        yield from validate_propagation(mount, container, path)


def validate_sub_path(mount: Object, place: str, path: str) -> Errors:
    for field in ("subPath", "subPathExpr"):
        if not mount.get(field):
            continue
        if field == "subPathExpr" and mount.get("subPath"):
            yield invalid(f"{place}.{field}", mount[field], "subPathExpr and subPath are mutually exclusive")
        yield from validate_descending_path(mount[field], f"{path}.{field}")


def validate_propagation(mount: Object, container: Object, path: str) -> Errors:
    mode = mount.get("mountPropagation")
    kinds = ("Bidirectional", "HostToContainer", "None")
    if mode is not None and mode not in kinds:
        yield not_supported(f"{path}.mountPropagation", mode, kinds)
    if mode == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        rule = "Bidirectional mount propagation is available only to privileged containers"
        yield forbidden(f"{path}.mountPropagation", rule)
    recursive = mount.get("recursiveReadOnly")
    if recursive not in (None, "Disabled"):
        place = f"{path}.recursiveReadOnly"
        if recursive not in ("Enabled", "IfPossible"):
            yield not_supported(place, recursive, ("Disabled", "Enabled", "IfPossible"))
            return
        if not mount.get("readOnly"):
            yield forbidden(place, "may only be specified when readOnly is true")
        if mode not in (None, "None"):
            yield forbidden(place, "may only be specified when mountPropagation is None or not specified")


def validate_devices(container: Object, path: str, around: Surroundings) -> Errors:
    mounts = {mount.get("name"): mount.get("mountPath") for mount in container.get("volumeMounts") or ()}
    taken_names: dict[str, None] = {}
    taken_paths: dict[str, None] = {}
    for index, device in enumerate(container["volumeDevices"]):
        place, name, where = f"{path}[{index}]", device.get("name", ""), device.get("devicePath", "")
        volume = around.volumes.get(name)
        if not name:
            yield required(f"{place}.name")
        if name in taken_names:
            yield invalid(f"{place}.name", name, "must be unique")
        if volume is None:
            yield not_found(f"{place}.name", name)
        elif volume.get("persistentVolumeClaim") is None and volume.get("ephemeral") is None:
            rule = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            yield invalid(f"{place}.name", name, rule)
        if not where:
            yield required(f"{place}.devicePath")
        if where in taken_paths:
            yield invalid(f"{place}.devicePath", where, "must be unique")
        if ".." in where.split("/"):
            yield invalid(f"{place}.devicePath", where, "can not contain backsteps ('..')")
        if name in mounts:
            yield invalid(f"{place}.name", name, "must not already exist in volumeMounts")
        if where in mounts.values():
            yield invalid(f"{place}.devicePath", where, "must not already exist as a path in volumeMounts")
        taken_names[name] = taken_paths[where] = None


def validate_resize_policy(policies: list[Object], path: str, around: Surroundings) -> Errors:
    taken: dict[str, None] = {}
    for index, policy in enumerate(policies):
        name, action = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if name in taken:
            yield duplicate(f"{path}[{index}]", name)
        taken[name] = None
        if not name:
            yield required(path)
        elif name not in ("cpu", "memory"):
            yield not_supported(path, name, ("cpu", "memory"))
        if not action:
            yield required(path)
        elif action not in ("NotRequired", "RestartContainer"):
            yield not_supported(path, action, ("NotRequired", "RestartContainer"))
        if around.restart_policy == "Never" and action != "NotRequired":
            yield invalid(path, action, "must be 'NotRequired' when `restartPolicy` is 'Never'")
