"""kubectl create configmap. Upstream: kubectl/pkg/cmd/create/create_configmap.go"""

from base64 import b64encode

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.errors import CommandError
from simulator.kubectl.keyedfiles import SOURCES, add_sources, check_sources, hashed_name
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery import names
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

CONFIG_MAPS = Collection("v1", "ConfigMap", "configmaps", failure="failed to create configmap:")


@command(
    "configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
    summary="Create a config map from a local file, directory or literal value",
    description="Create a config map from files, folders or literal values.\n\n"
    " A file becomes an entry that is called like the file, or as KEY=PATH says. Of a folder, each file whose name is a"
    " valid key becomes an entry; folders in it are left out.",
    examples=(
        (
            "Create a config map from the files of a folder",
            "kubectl create configmap my-config --from-file=path/to/bar",
        ),
        (
            "Create a config map and say what the entries are called",
            "kubectl create configmap my-config --from-file=key1=bar/file1.txt --from-file=key2=bar/file2.txt",
        ),
        (
            "Create a config map with key1=config1 and key2=config2",
            "kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2",
        ),
        (
            "Create a config map from the lines of a file",
            "kubectl create configmap my-config --from-env-file=path/to/foo.env",
        ),
    ),
    flags=(*CREATING, *SOURCES),
    aliases=("cm",),
)
def configmap(kubectl: Kubectl) -> Outcome:
    name = completed(kubectl)
    check_sources(kubectl)
    data: dict[str, str] = {}
    binary: dict[str, str] = {}

    def add(key: str, content: bytes) -> None:
        if wrong := names.config_key(key):
            raise CommandError(f"{quoted(key)} is not a valid key name for a ConfigMap: {','.join(wrong)}")
        if key in data or key in binary:
            raise CommandError(f"cannot add key {quoted(key)}, another key by that name already exists in Data for "
                               f"ConfigMap {quoted(name)}")  # fmt: skip
        try:
            data[key] = content.decode()
        except UnicodeDecodeError:
            binary[key] = b64encode(content).decode()

    add_sources(kubectl, add)
    obj: Object = {"metadata": metadata_of(kubectl, name)}
    if data:
        obj["data"] = dict(sorted(data.items()))
    if binary:
        obj["binaryData"] = dict(sorted(binary.items()))
    if kubectl.options.flag("append-hash"):
        content = {"kind": "ConfigMap", "name": name, "data": obj.get("data", {})}
        if binary:
            content["binaryData"] = obj["binaryData"]
        obj["metadata"]["name"] = hashed_name(name, content)
    create_one(kubectl, obj, CONFIG_MAPS)
    return None
