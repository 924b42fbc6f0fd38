"""What each level of the Pod Security Standards forbids. Upstream: k8s.io/pod-security-admission/policy

A check looks at a Pod's metadata and spec and gives the reason and the detail of what it forbids, or None.
"""

from collections.abc import Callable, Iterable, Iterator

from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

type Violation = tuple[str, str]
type Check = Callable[[Object, Object], Violation | None]

APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
DEFAULT_CAPABILITIES = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
]
SAFE_SYSCTLS = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
)
SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
VOLUMES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
"""The volume types that the restricted level allows."""


def containers(spec: Object) -> Iterator[Object]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(field) or ()


def names(found: Iterable[Object]) -> list[str]:
    return [container["name"] for container in found]


def joined(words: Iterable[str]) -> str:
    return ", ".join(quoted(word) for word in words)


def plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"


def named(bad: list[str]) -> str:
    """`container "a"`, `containers "a", "b"`."""
    return f"{plural('container', len(bad))} {joined(bad)}"


def setters(pod: bool, bad: list[str]) -> str:
    """Who set something: the Pod, some containers, or both."""
    return " and ".join([*(["pod"] if pod else []), *([named(bad)] if bad else [])])


def is_windows(spec: Object) -> bool:
    return bool(at(spec, "os", "name") == "windows")


def has_own_users(spec: Object) -> bool:
    """Whether the Pod's users are none of the node's: then root is harmless."""
    return spec.get("hostUsers") is False


def context(container: Object, *path: str) -> object:
    return at(container, "securityContext", *path)


# Baseline.


def apparmor(metadata: Object, spec: Object) -> Violation | None:
    bad = []
    if context(spec, "appArmorProfile", "type") == "Unconfined":
        bad.append('pod must not set AppArmor profile type to "Unconfined"')
    unconfined = names(c for c in containers(spec) if context(c, "appArmorProfile", "type") == "Unconfined")
    if unconfined:
        bad.append(f'{named(unconfined)} must not set AppArmor profile type to "Unconfined"')
    for key, value in sorted((metadata.get("annotations") or {}).items()):
        if key.startswith(APPARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/"):
            bad.append(f"{key}={quoted(value)}")
    return (plural("forbidden AppArmor profile", len(bad)), ", ".join(bad)) if bad else None


def added_capabilities(metadata: Object, spec: Object) -> Violation | None:
    bad: list[str] = []
    forbidden: dict[str, None] = {}
    for container in containers(spec):
        added = [name for name in context(container, "capabilities", "add") or () if name not in DEFAULT_CAPABILITIES]  # type: ignore[attr-defined]  # a list of names
        if added:
            bad.append(container["name"])
            forbidden.update(dict.fromkeys(added))
    if not bad:
        return None
    detail = f"{named(bad)} must not include {joined(sorted(forbidden))} in securityContext.capabilities.add"
    return "non-default capabilities", detail


def host_namespaces(metadata: Object, spec: Object) -> Violation | None:
    used = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    return ("host namespaces", ", ".join(used)) if used else None


def host_paths(metadata: Object, spec: Object) -> Violation | None:
    bad = [volume["name"] for volume in spec.get("volumes") or () if volume.get("hostPath") is not None]
    return ("hostPath volumes", f"{plural('volume', len(bad))} {joined(bad)}") if bad else None


def host_ports(metadata: Object, spec: Object) -> Violation | None:
    used = [(c["name"], p["hostPort"]) for c in containers(spec) for p in c.get("ports") or () if p.get("hostPort")]
    if not used:
        return None
    bad = list(dict.fromkeys(name for name, _ in used))
    ports = sorted({str(port): None for _, port in used})
    verb = "uses" if len(bad) == 1 else "use"
    return "hostPort", f"{named(bad)} {verb} {plural('hostPort', len(ports))} {', '.join(ports)}"


def host_probes(metadata: Object, spec: Object) -> Violation | None:
    bad: dict[str, None] = {}
    hosts: dict[str, None] = {}
    for container in containers(spec):
        handlers = [container.get(field) for field in ("livenessProbe", "readinessProbe", "startupProbe")]
        handlers += [at(container, "lifecycle", moment) for moment in ("postStart", "preStop")]
        for handler in filter(None, handlers):
            for kind in ("httpGet", "tcpSocket"):
                if host := at(handler, kind, "host"):
                    bad[container["name"]] = None
                    hosts[host] = None
    if not bad:
        return None
    verb = "uses" if len(bad) == 1 else "use"
    what = plural("probe or lifecycle host", len(hosts))
    return "probe or lifecycle host", f"{named(sorted(bad))} {verb} {what} {joined(sorted(hosts))}"


def privileged(metadata: Object, spec: Object) -> Violation | None:
    bad = names(c for c in containers(spec) if context(c, "privileged"))
    return ("privileged", f"{named(bad)} must not set securityContext.privileged=true") if bad else None


def proc_mount(metadata: Object, spec: Object) -> Violation | None:
    return None if has_own_users(spec) else any_proc_mount(metadata, spec)


def any_proc_mount(metadata: Object, spec: Object) -> Violation | None:
    bad = [c for c in containers(spec) if context(c, "procMount") not in (None, "", "Default")]
    if not bad:
        return None
    kinds = sorted({str(context(c, "procMount")): None for c in bad})
    return "procMount", f"{named(names(bad))} must not set securityContext.procMount to {joined(kinds)}"


def selinux(metadata: Object, spec: Object) -> Violation | None:
    types: dict[str, None] = {}
    words: dict[str, None] = {}

    def is_bad(where: Object) -> bool:
        options = at(where, "securityContext", "seLinuxOptions") or {}
        kind = options.get("type", "")
        if kind not in SELINUX_TYPES:
            types[kind] = None
        for field in ("user", "role"):
            if options.get(field):
                words[f"{field} may not be set"] = None
        return kind not in SELINUX_TYPES or bool(options.get("user") or options.get("role"))

    pod = is_bad(spec)
    bad = names([c for c in containers(spec) if is_bad(c)])
    if not pod and not bad:
        return None
    told = [f"{plural('type', len(types))} {joined(sorted(types))}"] if types else []
    told += [word for word in ("user may not be set", "role may not be set") if word in words]
    return "seLinuxOptions", f"{setters(pod, bad)} set forbidden securityContext.seLinuxOptions: {'; '.join(told)}"


def seccomp(metadata: Object, spec: Object) -> Violation | None:
    def is_bad(where: Object) -> bool:
        return context(where, "seccompProfile", "type") not in (None, "RuntimeDefault", "Localhost")

    bad = [c for c in containers(spec) if is_bad(c)]
    if not bad and not is_bad(spec):
        return None
    kinds = sorted({str(context(c, "seccompProfile", "type")): None for c in (spec, *bad) if is_bad(c)})
    who = setters(is_bad(spec), names(bad))
    return "seccompProfile", f"{who} must not set securityContext.seccompProfile.type to {joined(kinds)}"


def sysctls(metadata: Object, spec: Object) -> Violation | None:
    asked = at(spec, "securityContext", "sysctls") or ()
    bad = [sysctl["name"] for sysctl in asked if sysctl["name"] not in SAFE_SYSCTLS]
    return ("forbidden sysctls", ", ".join(bad)) if bad else None


def host_process(metadata: Object, spec: Object) -> Violation | None:
    pod = bool(context(spec, "windowsOptions", "hostProcess"))
    bad = names(c for c in containers(spec) if context(c, "windowsOptions", "hostProcess"))
    if not pod and not bad:
        return None
    return "hostProcess", f"{setters(pod, bad)} must not set securityContext.windowsOptions.hostProcess=true"


# Restricted.


def escalation(metadata: Object, spec: Object) -> Violation | None:
    bad = names(c for c in containers(spec) if context(c, "allowPrivilegeEscalation") is not False)
    if not bad or is_windows(spec):
        return None
    return "allowPrivilegeEscalation != false", f"{named(bad)} must set securityContext.allowPrivilegeEscalation=false"


def dropped_capabilities(metadata: Object, spec: Object) -> Violation | None:
    if is_windows(spec):
        return None
    keeping: list[str] = []
    adding: list[str] = []
    forbidden: dict[str, None] = {}
    for container in containers(spec):
        own = at(container, "securityContext", "capabilities") or {}
        if "ALL" not in (own.get("drop") or ()):
            keeping.append(container["name"])
        added = [name for name in own.get("add") or () if name != "NET_BIND_SERVICE"]
        if added:
            adding.append(container["name"])
            forbidden.update(dict.fromkeys(added))
    details = []
    if keeping:
        details.append(f'{named(keeping)} must set securityContext.capabilities.drop=["ALL"]')
    if adding:
        capabilities = joined(sorted(forbidden))
        details.append(f"{named(adding)} must not include {capabilities} in securityContext.capabilities.add")
    return ("unrestricted capabilities", "; ".join(details)) if details else None


def volume_types(metadata: Object, spec: Object) -> Violation | None:
    bad: list[str] = []
    kinds: dict[str, None] = {}
    for volume in spec.get("volumes") or ():
        used = [field for field in volume if field != "name"]
        if used and not any(field in VOLUMES for field in used):
            bad.append(volume["name"])
            kinds[used[0]] = None
    if not bad:
        return None
    verb = "uses" if len(bad) == 1 else "use"
    what = plural("restricted volume type", len(kinds))
    return (
        "restricted volume types",
        f"{plural('volume', len(bad))} {joined(bad)} {verb} {what} {joined(sorted(kinds))}",
    )


def not_root(metadata: Object, spec: Object) -> Violation | None:
    if has_own_users(spec):
        return None
    pod = context(spec, "runAsNonRoot")
    bad = names(c for c in containers(spec) if context(c, "runAsNonRoot") is False)
    if pod is False or bad:
        return "runAsNonRoot != true", f"{setters(pod is False, bad)} must not set securityContext.runAsNonRoot=false"
    silent = names(c for c in containers(spec) if context(c, "runAsNonRoot") is None)
    if silent and pod is not True:
        return "runAsNonRoot != true", f"pod or {named(silent)} must set securityContext.runAsNonRoot=true"
    return None


def root_user(metadata: Object, spec: Object) -> Violation | None:
    if has_own_users(spec):
        return None
    bad = names(c for c in containers(spec) if context(c, "runAsUser") == 0)
    pod = context(spec, "runAsUser") == 0
    return ("runAsUser=0", f"{setters(pod, bad)} must not set runAsUser=0") if pod or bad else None


def seccomp_required(metadata: Object, spec: Object) -> Violation | None:
    if is_windows(spec):
        return None
    found = seccomp(metadata, spec)
    if found is not None or context(spec, "seccompProfile", "type"):
        return found
    silent = names(c for c in containers(spec) if context(c, "seccompProfile", "type") is None)
    if not silent:
        return None
    wanted = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return "seccompProfile", f"pod or {named(silent)} {wanted}"


BASELINE: tuple[Check, ...] = (
    apparmor,
    added_capabilities,
    host_namespaces,
    host_paths,
    host_ports,
    host_probes,
    privileged,
    proc_mount,
    selinux,
    seccomp,
    sysctls,
    host_process,
)
RESTRICTED: tuple[Check, ...] = (
    *(c for c in BASELINE if c not in (added_capabilities, host_paths, proc_mount, seccomp)),
    escalation,
    dropped_capabilities,
    any_proc_mount,
    volume_types,
    not_root,
    root_user,
    seccomp_required,
)
LEVELS: dict[str, tuple[Check, ...]] = {"privileged": (), "baseline": BASELINE, "restricted": RESTRICTED}
"""The checks of each level in the order in which they are told; the restricted ones stand for weaker ones."""


def violations(level: str, metadata: Object, spec: Object) -> str:
    """What a Pod does that a level forbids, as the refusal tells it; empty when nothing is."""
    found = [violation for check in LEVELS[level] if (violation := check(metadata, spec)) is not None]
    return ", ".join(f"{reason} ({detail})" if detail else reason for reason, detail in found)
