"""kubeadm version and config: what a release consists of. Upstream: cmd/kubeadm/app/cmd/{version,config}.go"""

from collections.abc import Mapping

import orjson

from simulator.apiserver.releases import version_info
from simulator.controlplane.configuration import cluster_configuration
from simulator.controlplane.manifests import PROGRAMS, image
from simulator.machinery import yaml
from simulator.machinery.releases import Release, companions, release
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.runtime.images import PullError
from simulator.runtime.process import Process

INIT = """apiVersion: kubeadm.k8s.io/v1beta4
bootstrapTokens:
- groups:
  - system:bootstrappers:kubeadm:default-node-token
  token: abcdef.0123456789abcdef
  ttl: 24h0m0s
  usages:
  - signing
  - authentication
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 1.2.3.4
  bindPort: 6443
nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: node
  taints: null
---
"""


def version(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    own = Packages(host).installed("kubeadm")
    shown = flags.get("o", flags.get("output", ""))
    told = {key: value for key, value in version_info(own).items() if not key.startswith(("emulation", "min"))}
    told["minor"] = str(own.minor)
    if shown == "short":
        process.print(f"v{own}")
    elif shown == "json":
        process.print(orjson.dumps({"clientVersion": told}, option=orjson.OPT_INDENT_2).decode())
    elif shown == "yaml":
        process.stdout.write(yaml.dump({"clientVersion": told}))
    elif shown:
        raise Failure(f"invalid output format: {shown}")
    else:
        names = ("major", "minor", "gitVersion", "gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler")
        fields = [f'{name[0].upper()}{name[1:]}:"{told[name]}"' for name in (*names, "platform")]
        process.print(f"kubeadm version: &version.Info{{{', '.join(fields)}}}")
    return 0


def images_of(wanted: Release) -> list[str]:
    """What a control plane of a release needs."""
    beside = companions(wanted)
    own = [image(program, wanted) for program in (*PROGRAMS[1:], "kube-proxy")]
    others = (f"coredns/coredns:{beside.coredns}", f"pause:{beside.pause}", f"etcd:{beside.etcd}")
    return [*own, *(f"registry.k8s.io/{name}" for name in others)]


def chosen(host: Host, flags: Mapping[str, str]) -> list[str]:
    named = flags.get("kubernetes-version", "")
    try:
        wanted = release(named) if named else Packages(host).installed("kubeadm")
    except ValueError:
        raise Failure(f'version "{named}" doesn\'t match patterns for neither semantic version nor labels') from None
    repository = flags.get("image-repository", "registry.k8s.io")
    return [name.replace("registry.k8s.io", repository, 1) for name in images_of(wanted)]


def images(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    for name in chosen(host, flags):
        process.print(name)
    return 0


def pull(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    for name in chosen(host, flags):
        try:
            host.kubelet.images.fetch(host.name, name)
        except PullError as error:
            raise Failure(f"failed to pull image {name}: {error}") from None
        process.print(f"[config/images] Pulled {name}")
    return 0


def defaults(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    wanted = Packages(host).installed("kubeadm")._replace(patch=0)
    process.stdout.write(INIT + cluster_configuration(wanted, "").replace("  podSubnet: 10.244.0.0/16\n", ""))
    return 0
