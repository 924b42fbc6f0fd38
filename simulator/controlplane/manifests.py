"""The static Pods of a control-plane node, as kubeadm writes them.

Upstream: cmd/kubeadm/app/phases/controlplane, cmd/kubeadm/app/phases/etcd, cmd/kubeadm/app/util/staticpod
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from simulator.machinery.objects import Object
from simulator.machinery.releases import Release, companions
from simulator.network.ranges import PODS, SERVICES

REPOSITORY = "registry.k8s.io"
FOLDER = "/etc/kubernetes/manifests"
PKI = "/etc/kubernetes/pki"
ETCD_DATA = "/var/lib/etcd"
PROBE_PORT = "probe-port"
CPU = {"etcd": "100m", "kube-apiserver": "250m", "kube-controller-manager": "200m", "kube-scheduler": "100m"}
PORTS = {"etcd": 2381, "kube-apiserver": 6443, "kube-controller-manager": 10257, "kube-scheduler": 10259}
PROGRAMS = tuple(CPU)
SECTIONS = {
    "etcd": "etcd",
    "kube-apiserver": "apiServer",
    "kube-controller-manager": "controllerManager",
    "kube-scheduler": "scheduler",
}
"""Where a ClusterConfiguration speaks of each program."""
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
NETWORKING: Final = {"dnsDomain": "cluster.local", "podSubnet": PODS, "serviceSubnet": SERVICES}

type Mounts = Mapping[str, tuple[str, str, bool]]
"""Volume → path, hostPath type, read-only."""

CERTIFICATES: Mounts = {
    "ca-certs": ("/etc/ssl/certs", "DirectoryOrCreate", True),
    "k8s-certs": (PKI, "DirectoryOrCreate", True),
}
MOUNTS: Mapping[str, Mounts] = {
    "etcd": {
        "etcd-data": (ETCD_DATA, "DirectoryOrCreate", False),
        "etcd-certs": (f"{PKI}/etcd", "DirectoryOrCreate", False),
    },
    "kube-apiserver": CERTIFICATES,
    "kube-controller-manager": {
        **CERTIFICATES,
        "kubeconfig": ("/etc/kubernetes/controller-manager.conf", "FileOrCreate", True),
    },
    "kube-scheduler": {"kubeconfig": ("/etc/kubernetes/scheduler.conf", "FileOrCreate", True)},
}


def manifests(
    node: str, ip: str, release: Release, peers: Mapping[str, str], cluster: Mapping[str, Any] = NOTHING
) -> dict[str, Object]:
    """Program → Pod. `peers` are the addresses by name of the control-plane nodes there were when this one came, and
    its own; `cluster` is a ClusterConfiguration."""
    networking = {**NETWORKING, **(cluster.get("networking") or {})}
    data = str(asked_of("etcd", cluster).get("dataDir") or ETCD_DATA)
    commands = {
        "etcd": etcd_command(node, ip, peers, data),
        "kube-apiserver": apiserver_command(ip, networking),
        "kube-controller-manager": controller_manager_command(networking),
        "kube-scheduler": SCHEDULER,
    }
    endpoints = {
        "etcd": {"kubeadm.kubernetes.io/etcd.advertise-client-urls": f"https://{ip}:2379"},
        "kube-apiserver": {"kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": f"{ip}:6443"},
    }
    found = {}
    for program in PROGRAMS:
        asked, volumes = asked_of(program, cluster), MOUNTS[program]
        if program == "etcd":
            volumes = {**volumes, "etcd-data": (data, "DirectoryOrCreate", False)}
        command = with_extra(commands[program], asked.get("extraArgs") or ())
        reference = image(program, release, cluster)
        pod = component_pod(program, command, ip, reference, endpoints.get(program, {}), volumes)
        found[program] = furnished(pod, asked)
    return found


def asked_of(program: str, cluster: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a ClusterConfiguration says of one program."""
    place = cluster.get(SECTIONS[program]) or {}
    found: Mapping[str, Any] = (place.get("local") or {}) if program == "etcd" else place
    return found


def with_extra(command: tuple[str, ...], extra: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """A command line with further arguments, which take the place of those of the same name.

    Upstream: cmd/kubeadm/app/util/arguments.go
    """
    names = {each["name"] for each in extra}
    kept = [word for word in command if word.removeprefix("--").partition("=")[0] not in names]
    return tuple(sorted([*kept, *(f"--{each['name']}={each.get('value', '')}" for each in extra)]))


def furnished(pod: Object, asked: Mapping[str, Any]) -> Object:
    """A Pod with the volumes and the environment that its section of the configuration adds."""
    [container], volumes = pod["spec"]["containers"], pod["spec"]["volumes"]
    if asked.get("extraEnvs"):
        container = {**container, "env": asked["extraEnvs"]}
    mounts = list(container["volumeMounts"])
    for extra in asked.get("extraVolumes") or ():
        path, only = extra["mountPath"], {"readOnly": True} if extra.get("readOnly") else {}
        mounts.append({"mountPath": path, "name": extra["name"], **only})
        volumes = [*volumes, host_path(extra["name"], extra["hostPath"], extra.get("pathType") or "")]
    if asked.get("extraVolumes"):
        container = {**container, "volumeMounts": sorted(mounts, key=lambda mount: mount["name"])}
    volumes = sorted(volumes, key=lambda volume: volume["name"])
    return {**pod, "spec": {**pod["spec"], "containers": [container], "volumes": volumes}}


def host_path(name: str, path: str, kind: str) -> Object:
    return {"hostPath": {"path": path, "type": kind}, "name": name}


def image(program: str, release: Release, cluster: Mapping[str, Any] = NOTHING) -> str:
    """The image of a program of the control plane, as kubeadm of that release has it."""
    repository = cluster.get("imageRepository") or REPOSITORY
    if program != "etcd":
        return f"{repository}/{program}:v{release}"
    asked = asked_of("etcd", cluster)
    return f"{asked.get('imageRepository') or repository}/etcd:{asked.get('imageTag') or companions(release).etcd}"


def component_pod(
    program: str, command: tuple[str, ...], ip: str, image: str, annotations: Mapping[str, str], mounts: Mounts
) -> Object:
    requests = {"cpu": CPU[program], **({"memory": "100Mi"} if program == "etcd" else {})}
    container: Object = {
        "command": [program, *command],
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        **probes(program, ip),
        "name": program,
        "ports": [{"containerPort": PORTS[program], "name": PROBE_PORT, "protocol": "TCP"}],
        "resources": {"requests": requests},
        "volumeMounts": [
            {"mountPath": path, "name": name, **({"readOnly": True} if read_only else {})}
            for name, (path, _, read_only) in mounts.items()
        ],
    }
    volumes = [host_path(name, path, kind) for name, (path, kind, _) in mounts.items()]
    metadata: Object = {"labels": {"component": program, "tier": "control-plane"}, "name": program}
    if annotations:
        metadata = {"annotations": dict(annotations), **metadata}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "namespace": "kube-system"},
        "spec": {
            "containers": [container],
            "hostNetwork": True,
            "priority": 2_000_001_000,
            "priorityClassName": "system-node-critical",
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "volumes": volumes,
        },
        "status": {},
    }  # fmt: skip


def probes(program: str, ip: str) -> Object:
    host = ip if program == "kube-apiserver" else "127.0.0.1"
    scheme = "HTTP" if program == "etcd" else "HTTPS"
    live, ready, begun = {
        "etcd": ("/livez", "/readyz", "/readyz"),
        "kube-apiserver": ("/livez", "/readyz", "/livez"),
        "kube-controller-manager": ("/healthz", "", "/healthz"),
        "kube-scheduler": ("/livez", "/readyz", "/livez"),
    }[program]

    def probe(path: str, *, failures: int, period: int = 10, delay: int = 10) -> Object:
        return {
            "failureThreshold": failures,
            "httpGet": {"host": host, "path": path, "port": PROBE_PORT, "scheme": scheme},
            **({"initialDelaySeconds": delay} if delay else {}),
            "periodSeconds": period,
            "timeoutSeconds": 15,
        }

    found = {"livenessProbe": probe(live, failures=8)}
    if ready:
        found["readinessProbe"] = probe(ready, failures=3, period=1, delay=0)
    return {**found, "startupProbe": probe(begun, failures=24)}


def etcd_command(node: str, ip: str, peers: Mapping[str, str], data: str) -> tuple[str, ...]:
    cluster = ",".join(f"{name}=https://{address}:2380" for name, address in peers.items())
    certificates = f"{PKI}/etcd"
    return (
        f"--advertise-client-urls=https://{ip}:2379",
        f"--cert-file={certificates}/server.crt",
        "--client-cert-auth=true",
        f"--data-dir={data}",
        "--feature-gates=InitialCorruptCheck=true",
        f"--initial-advertise-peer-urls=https://{ip}:2380",
        f"--initial-cluster={cluster}",
        *(("--initial-cluster-state=existing",) if len(peers) > 1 else ()),
        f"--key-file={certificates}/server.key",
        f"--listen-client-urls=https://127.0.0.1:2379,https://{ip}:2379",
        "--listen-metrics-urls=http://127.0.0.1:2381",
        f"--listen-peer-urls=https://{ip}:2380",
        f"--name={node}",
        f"--peer-cert-file={certificates}/peer.crt",
        "--peer-client-cert-auth=true",
        f"--peer-key-file={certificates}/peer.key",
        f"--peer-trusted-ca-file={certificates}/ca.crt",
        "--snapshot-count=10000",
        f"--trusted-ca-file={certificates}/ca.crt",
        "--watch-progress-notify-interval=5s",
    )


def apiserver_command(ip: str, networking: Mapping[str, str]) -> tuple[str, ...]:
    return (
        f"--advertise-address={ip}",
        "--allow-privileged=true",
        "--authorization-mode=Node,RBAC",
        f"--client-ca-file={PKI}/ca.crt",
        "--enable-admission-plugins=NodeRestriction",
        "--enable-bootstrap-token-auth=true",
        f"--etcd-cafile={PKI}/etcd/ca.crt",
        f"--etcd-certfile={PKI}/apiserver-etcd-client.crt",
        f"--etcd-keyfile={PKI}/apiserver-etcd-client.key",
        "--etcd-servers=https://127.0.0.1:2379",
        f"--kubelet-client-certificate={PKI}/apiserver-kubelet-client.crt",
        f"--kubelet-client-key={PKI}/apiserver-kubelet-client.key",
        "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
        f"--proxy-client-cert-file={PKI}/front-proxy-client.crt",
        f"--proxy-client-key-file={PKI}/front-proxy-client.key",
        "--requestheader-allowed-names=front-proxy-client",
        f"--requestheader-client-ca-file={PKI}/front-proxy-ca.crt",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        "--secure-port=6443",
        f"--service-account-issuer=https://kubernetes.default.svc.{networking['dnsDomain']}",
        f"--service-account-key-file={PKI}/sa.pub",
        f"--service-account-signing-key-file={PKI}/sa.key",
        f"--service-cluster-ip-range={networking['serviceSubnet']}",
        f"--tls-cert-file={PKI}/apiserver.crt",
        f"--tls-private-key-file={PKI}/apiserver.key",
    )


CONTROLLER_MANAGER = (
    "--allocate-node-cidrs=true",
    "--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf",
    "--authorization-kubeconfig=/etc/kubernetes/controller-manager.conf",
    "--bind-address=127.0.0.1",
    f"--client-ca-file={PKI}/ca.crt",
    "--cluster-name=kubernetes",
    f"--cluster-signing-cert-file={PKI}/ca.crt",
    f"--cluster-signing-key-file={PKI}/ca.key",
    "--controllers=*,bootstrapsigner,tokencleaner",
    "--kubeconfig=/etc/kubernetes/controller-manager.conf",
    "--leader-elect=true",
    f"--requestheader-client-ca-file={PKI}/front-proxy-ca.crt",
    f"--root-ca-file={PKI}/ca.crt",
    f"--service-account-private-key-file={PKI}/sa.key",
    "--use-service-account-credentials=true",
)


def controller_manager_command(networking: Mapping[str, str]) -> tuple[str, ...]:
    ranges = f"--cluster-cidr={networking['podSubnet']}", f"--service-cluster-ip-range={networking['serviceSubnet']}"
    return tuple(sorted((*CONTROLLER_MANAGER, *ranges)))


SCHEDULER = (
    "--authentication-kubeconfig=/etc/kubernetes/scheduler.conf",
    "--authorization-kubeconfig=/etc/kubernetes/scheduler.conf",
    "--bind-address=127.0.0.1",
    "--kubeconfig=/etc/kubernetes/scheduler.conf",
    "--leader-elect=true",
)
