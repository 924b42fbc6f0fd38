"""Configuration files of kubeadm: split into documents, checked strictly, brought to the current version.

Upstream: cmd/kubeadm/app/util/{marshal,config/common,config/strict/strict}.go
"""

from collections.abc import Mapping
from typing import Any

from simulator.machinery import yaml
from simulator.machinery.decoding import DecodeError, decode, strict_error
from simulator.machinery.objects import Object, at
from simulator.nodeshell.programs.kubeadm.asking import log
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.kinds import COMPONENTS, CURRENT, GROUP, KINDS, OLDER, type_of
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process

LARGEST = 256 << 10
FORMER = {"v1alpha1": "v1.11", "v1alpha2": "v1.12", "v1alpha3": "v1.14", "v1beta1": "v1.15", "v1beta2": "v1.22"}
"""Versions that nobody reads any more, and the last kubeadm that converted each."""

type Documents = Mapping[str, Object]
"""Kind → what a file says of it, in the current version."""


def read_file(process: Process, path: str) -> str:
    try:
        return process.files.text(path)[:LARGEST]
    except OSFailure as failure:
        why = f"open {path}: {failure.words.lower()}"
        raise Failure(f'unable to read config from "{path}": {why}') from None


def read(process: Process, text: str, *, strict: bool = False, migrating: bool = False) -> Documents:
    """The documents of a file. What is doubtful is warned of, or with `strict` an error. Raises `Failure`."""
    found: dict[str, Object] = {}
    for body in split(text):
        group, _, version = str(body.get("apiVersion", "")).rpartition("/")
        kind = str(body.get("kind", ""))
        check_version(process, group, version, kind, quiet=migrating)
        if kind in found:
            raise Failure(f"kind {kind!r} is specified twice in YAML config file".replace("'", '"'))
        found[kind] = decoded(process, body, (group, version, kind), strict=strict)
    return found


def split(text: str) -> list[Object]:
    """The objects of a file, each with an apiVersion and a kind."""
    found = []
    for document in text.split("\n---"):
        content = document.removeprefix("---").strip()
        if not content or all(line.startswith("#") for line in content.splitlines()):
            continue
        try:
            body = yaml.load(content)
        except ValueError as mistake:
            raise Failure(f"error converting YAML to JSON: {mistake}") from None
        if not isinstance(body, dict):
            raise Failure(
                "json: cannot unmarshal "
                f"{'array' if isinstance(body, list) else 'string'} into Go value of type runtime.TypeMeta"
            )
        if not body.get("kind") or not body.get("apiVersion"):
            raise Failure("invalid configuration: kind and apiVersion is mandatory information that must be specified")
        found.append(body)
    return found


def check_version(process: Process, group: str, version: str, kind: str, *, quiet: bool) -> None:
    """Refuse what nobody reads any more, and warn of what is deprecated."""
    name = f"{group}/{version}" if group else version
    if group == GROUP and version in FORMER:
        raise Failure(
            f'your configuration file uses an old API spec: "{name}" (kind: "{kind}"). Please use kubeadm '
            f"{FORMER[version]} instead and run 'kubeadm config migrate --old-config old-config-file --new-config "
            "new-config-file', which will write the new, similar spec using a newer API version."
        )
    if group == GROUP and version == OLDER and not quiet:
        text = (
            f'your configuration file uses a deprecated API spec: "{name}" (kind: "{kind}"). Please use \'kubeadm '
            "config migrate --old-config old-config-file --new-config new-config-file', which will write the new, "
            "similar spec using a newer API version."
        )
        log(process, "W", "common.go:101", text)


def decoded(process: Process, body: Object, named: tuple[str, str, str], *, strict: bool) -> Object:
    """One document in the current version, as far as its kind knows its fields."""
    group, version, kind = named
    type = type_of(group, version, kind)
    shown = f'schema.GroupVersionKind{{Group:"{group}", Version:"{version}", Kind:"{kind}"}}'
    if type is None:
        if group == GROUP or group in {each for each, _ in COMPONENTS.values()}:
            raise Failure(
                f'unknown configuration {shown} for scheme definitions in "k8s.io/kubernetes/cmd/kubeadm/app/apis/'
                'kubeadm/scheme/scheme.go:32" and "k8s.io/kubernetes/cmd/kubeadm/app/componentconfigs/scheme.go:29"'
            )
        process.print(f"[config] WARNING: Ignored YAML document with GroupVersionKind {group}/{version}, Kind={kind}")
        return body
    try:
        read = decode(body, type)
    except DecodeError as mistake:
        raise Failure(str(mistake)) from None
    if read.objections:
        why = f"error unmarshaling configuration {shown}: {strict_error(read.objections)}"
        if strict:
            raise Failure(why)
        log(process, "W", "initconfiguration.go:332", why)
    found = read.object
    if at(body, "nodeRegistration", "taints", default=None) == []:  # none at all, which is not the same as nothing said
        found = {**found, "nodeRegistration": {**(found.get("nodeRegistration") or {}), "taints": []}}
    return current(found) if group == GROUP and version == OLDER else found


def current(body: Object) -> Object:
    """A document of v1beta3 as v1beta4 says the same: flags are lists, and one timeout has another place."""
    found = {**body, "apiVersion": f"{GROUP}/{CURRENT}"}
    for section in ("apiServer", "controllerManager", "scheduler"):
        if section in found:
            found[section] = listed(found[section], "extraArgs")
    local = (found.get("etcd") or {}).get("local")
    if local is not None:
        found["etcd"] = {**found["etcd"], "local": listed(local, "extraArgs")}
    if "nodeRegistration" in found:
        found["nodeRegistration"] = listed(found["nodeRegistration"], "kubeletExtraArgs")
    if "apiServer" in found:
        kept = {name: value for name, value in found["apiServer"].items() if name != "timeoutForControlPlane"}
        found["apiServer"] = kept
    return found


def listed(section: Mapping[str, Any], field: str) -> Object:
    """A map of flags as a list of them."""
    if field not in section:
        return dict(section)
    given = sorted((section[field] or {}).items())
    return {**section, field: [{"name": name, "value": value} for name, value in given]}


def is_known(kind: str) -> bool:
    return kind in KINDS or kind in COMPONENTS
