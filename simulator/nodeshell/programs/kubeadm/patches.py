"""Patches in a folder, applied to what kubeadm writes. Upstream: cmd/kubeadm/app/util/patches

A file is called `TARGET[SUFFIX][+TYPE].EXTENSION`, such as `kube-apiserver0+merge.yaml`.
"""

import re
from typing import Any

import orjson

from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.patches import json_patch, merge_patch, strategic
from simulator.machinery.patches.errors import PatchError
from simulator.machinery.schemas import schemas
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.runtime.process import Process

TARGETS = (
    "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubeletconfiguration", "corednsdeployment",
)  # fmt: skip
TYPES = {
    "strategic": "application/strategic-merge-patch+json",
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
}
NAME = re.compile(rf"({'|'.join(TARGETS)})([^.+]*)(?:[+]([a-z]+))?[.](json|yaml)")
DEFINITIONS = {"kubeletconfiguration": "", "corednsdeployment": "io.k8s.api.apps.v1.Deployment"}
LARGEST = 256 << 10


def applied(process: Process, folder: str, target: str, obj: Object) -> Object:
    """An object with the patches that a folder has for it, in the order of their names."""
    if not folder:
        return obj
    if not process.files.is_directory(folder):
        raise Failure(f"open {folder}: no such file or directory")
    for name in sorted(process.files.names(folder)):
        found = NAME.fullmatch(name)
        if found is None or found[1] != target:
            continue
        kind = found[3] or "strategic"
        if kind not in TYPES:
            raise Failure(f'could not load patch files for "{target}": unknown patch type "{kind}" from "{name}"')
        obj = patched(process, f"{folder.rstrip('/')}/{name}", target, kind, obj)
        process.print(f'[patches] Applied patch of type "{TYPES[kind]}" to target "{target}"')
    return obj


def patched(process: Process, path: str, target: str, kind: str, obj: Object) -> Object:
    try:
        patch: Any = yaml.load(process.files.text(path)[:LARGEST])
        if kind == "json":
            return json_patch.apply(orjson.loads(orjson.dumps(obj)), patch)
        if kind == "merge" or target == "kubeletconfiguration":
            return merge_patch.apply(obj, patch)
        published = schemas(RELEASE)
        return strategic.apply(obj, patch, published.type(DEFINITIONS.get(target) or "io.k8s.api.core.v1.Pod"))
    except (ValueError, PatchError) as mistake:
        raise Failure(f'could not apply the following patch of type "{TYPES[kind]}" to target "{target}":\n'
                      f"{process.files.text(path)}\n: {mistake}") from None  # fmt: skip


RELEASE = "1.37"
"""Whose schemas say how lists merge."""
