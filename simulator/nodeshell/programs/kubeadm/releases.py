"""kubeadm version and config images: what a release consists of. Upstream: cmd/kubeadm/app/cmd/{version,config}.go"""

import json
from collections.abc import Mapping
from typing import Any

import orjson

from simulator.apiserver.releases import version_info
from simulator.bootstrap import dns_image
from simulator.controlplane.manifests import NOTHING, PROGRAMS, REPOSITORY, image
from simulator.machinery import yaml
from simulator.machinery.releases import Release, companions
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.settings import load, settings
from simulator.runtime.images import PullError
from simulator.runtime.process import Process


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


def images_of(wanted: Release, cluster: Mapping[str, Any] = NOTHING) -> list[str]:
    """What a control plane of a release needs, as a ClusterConfiguration has it."""
    repository = cluster.get("imageRepository") or REPOSITORY
    own = [image(program, wanted, cluster) for program in (*PROGRAMS[1:], "kube-proxy")]
    pause = f"{repository}/pause:{companions(wanted).pause}"
    return [*own, dns_image(wanted, cluster), pause, image("etcd", wanted, cluster)]


def asked(process: Process, host: Host) -> list[str]:
    """The images of what flags or a file ask for."""
    load(process, host)
    found = settings(process)
    return images_of(Release(*found["release"]), found["cluster"])


def images(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    names, form = asked(process, host), flags.get("o", flags.get("output", "text"))
    if form in ("json", "yaml"):
        shown = {"kind": "Images", "apiVersion": "output.kubeadm.k8s.io/v1alpha3", "images": names}
        text = yaml.dump(dict(sorted(shown.items()))) if form == "yaml" else json.dumps(shown, indent=4) + "\n"
        process.stdout.write(text)
        return 0
    for name in names:
        process.print(name)
    return 0


def pull(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    for name in asked(process, host):
        try:
            host.kubelet.images.fetch(host.name, name)
        except PullError as error:
            raise Failure(f'failed to pull image "{name}": failed to pull image {name}: {error}') from None
        process.print(f"[config/images] Pulled {name}")
    return 0
