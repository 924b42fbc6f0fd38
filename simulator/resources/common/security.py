"""Validation of what Pods and containers may do on their node. Upstream: ValidateSecurityContext"""

import re

from simulator.machinery import names
from simulator.machinery.field import duplicate, forbidden, invalid, not_supported, required, too_long
from simulator.machinery.objects import Object
from simulator.resources.common.internal import internal
from simulator.resources.common.metadata import Errors
from simulator.resources.common.volumes import validate_descending_path

SECCOMP_TYPES = ("Localhost", "RuntimeDefault", "Unconfined")
SYSCTL = "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
SYSCTL_LENGTH = 253
PATH_LENGTH = 4095
_sysctl = re.compile(SYSCTL).fullmatch


def validate_ids(context: Object, path: str, *fields: str) -> Errors:
    for field in fields:
        value = context.get(field)
        if value is not None:
            for message in names.user_or_group_id(value):
                yield invalid(f"{path}.{field}", value, message)


def validate_pod_security(context: Object, spec: Object, path: str) -> Errors:
    yield from validate_ids(context, path, "fsGroup", "runAsUser", "runAsGroup")
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        for message in names.user_or_group_id(group):
            yield invalid(f"{path}.supplementalGroups[{index}]", group, message)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        rule = "ShareProcessNamespace and HostPID cannot both be enabled"
        yield invalid(f"{path}.shareProcessNamespace", True, rule)
    yield from validate_sysctls(context.get("sysctls") or (), f"{path}.sysctls")
    for field, values in (
        ("fsGroupChangePolicy", ("Always", "OnRootMismatch")),
        ("supplementalGroupsPolicy", ("Merge", "Strict")),
        ("seLinuxChangePolicy", ("MountOption", "Recursive")),
    ):
        if context.get(field) is not None and context[field] not in values:
            yield not_supported(f"{path}.{field}", context[field], values)
    yield from validate_profiles(context, path)


def validate_sysctls(sysctls: list[Object] | tuple[()], path: str) -> Errors:
    seen: list[str] = []
    for index, sysctl in enumerate(sysctls):
        name, place = sysctl.get("name", ""), f"{path}[{index}].name"
        if not name:
            yield required(place)
        elif len(name) > SYSCTL_LENGTH or not _sysctl(name):
            yield invalid(place, name, f"must have at most {SYSCTL_LENGTH} characters and match regex ^{SYSCTL}$")
        elif name in seen:
            yield duplicate(place, name)
        seen.append(name)


def validate_profiles(context: Object, path: str) -> Errors:
    """The seccomp and AppArmor profiles of a context."""
    seccomp = context.get("seccompProfile")
    if seccomp is not None:
        yield from validate_seccomp(seccomp, f"{path}.seccompProfile")
    armor = context.get("appArmorProfile")
    if armor is not None:
        yield from validate_app_armor(armor, f"{path}.appArmorProfile")


def validate_seccomp(profile: Object, path: str) -> Errors:
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if not kind:
        yield required(f"{path}.type", "type is required when seccompProfile is set")
    elif kind not in SECCOMP_TYPES:
        yield not_supported(f"{path}.type", kind, SECCOMP_TYPES)
    if kind == "Localhost":
        if local is None:
            yield required(f"{path}.localhostProfile", "must be set when seccomp type is Localhost")
        else:
            yield from validate_descending_path(local, f"{path}.localhostProfile")
    elif local is not None:
        rule = "can only be set when seccomp type is Localhost"
        yield invalid(f"{path}.localhostProfile", internal("SeccompProfile", profile), rule)


def validate_app_armor(profile: Object, path: str) -> Errors:
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    place = f"{path}.localhostProfile"
    if kind == "Localhost":
        if local is not None and local.strip() != local:
            yield invalid(place, local, "must not be padded with whitespace")
        elif not local:
            yield required(place, "must be set when AppArmor type is Localhost")
        elif len(local) > PATH_LENGTH:
            yield too_long(place, PATH_LENGTH)
    elif kind in SECCOMP_TYPES:
        if local is not None:
            yield invalid(place, local, "can only be set when AppArmor type is Localhost")
    elif not kind:
        yield required(f"{path}.type", "type is required when appArmorProfile is set")
    else:
        yield not_supported(f"{path}.type", kind, SECCOMP_TYPES)


def validate_container_security(context: Object, path: str, *, host_users: bool) -> Errors:
    yield from validate_ids(context, path, "runAsUser", "runAsGroup")
    mount = context.get("procMount")
    if mount is not None:
        if mount not in ("Default", "Unmasked"):
            yield not_supported(f"{path}.procMount", mount, ("Default", "Unmasked"))
        elif mount == "Unmasked" and host_users:
            yield invalid(f"{path}.procMount", mount, "`hostUsers` must be false to use `Unmasked`")
    yield from validate_profiles(context, path)
    if context.get("allowPrivilegeEscalation") is False:
        shown = internal("SecurityContext", context)
        if context.get("privileged"):
            rule = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
            yield invalid(path, shown, rule)
        if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
            rule = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            yield invalid(path, shown, rule)


POD_FIELDS_OF_LINUX = (
    ("securityContext.appArmorProfile", "appArmorProfile"),
    ("securityContext.seLinuxOptions", "seLinuxOptions"),
    ("securityContext.seccompProfile", "seccompProfile"),
    ("securityContext.fsGroup", "fsGroup"),
    ("securityContext.fsGroupChangePolicy", "fsGroupChangePolicy"),
    ("securityContext.sysctls", "sysctls"),
    ("securityContext.runAsUser", "runAsUser"),
    ("securityContext.runAsGroup", "runAsGroup"),
    ("securityContext.supplementalGroups", "supplementalGroups"),
    ("securityContext.supplementalGroupsPolicy", "supplementalGroupsPolicy"),
    ("securityContext.seLinuxChangePolicy", "seLinuxChangePolicy"),
)
CONTAINER_FIELDS_OF_LINUX = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)


def validate_system(spec: Object, path: str) -> Errors:
    """Each operating system has options that the other knows nothing of."""
    system = spec["os"].get("name", "")
    if not system:
        yield required(f"{path}.os.name", "cannot be empty")
    elif system == "linux":
        yield from validate_linux(spec, path)
    elif system == "windows":
        yield from validate_windows(spec, path)
    else:
        yield not_supported(f"{path}.os", system, ("linux", "windows"))


def security_contexts(spec: Object, path: str) -> list[tuple[Object, str]]:
    found = []
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(kind) or ()):
            if container.get("securityContext"):
                found.append((container["securityContext"], f"{path}.{kind}[{index}].securityContext"))
    return found


def validate_linux(spec: Object, path: str) -> Errors:
    contexts = [(spec.get("securityContext") or {}, f"{path}.securityContext"), *security_contexts(spec, path)]
    for context, place in contexts:
        if context.get("windowsOptions") is not None:
            yield forbidden(f"{place}.windowsOptions", "windows options cannot be set for a linux pod")


def validate_windows(spec: Object, path: str) -> Errors:
    context = spec.get("securityContext") or {}
    for field in ("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"):
        if spec.get(field) is not None and (spec[field] or field in ("hostUsers", "shareProcessNamespace")):
            yield forbidden(f"{path}.{field}", "cannot be set for a windows pod")
    for place, field in POD_FIELDS_OF_LINUX:
        if context.get(field) not in (None, []):
            yield forbidden(f"{path}.{place}", "cannot be set for a windows pod")
    for own, where in security_contexts(spec, path):
        for field in CONTAINER_FIELDS_OF_LINUX:
            if own.get(field) is not None:
                yield forbidden(f"{where}.{field}", "cannot be set for a windows pod")
