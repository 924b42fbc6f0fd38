"""The container that kubectl debug works in: what flags, a profile and a file of one's own make it.

Upstream: kubectl/pkg/cmd/debug, profiles.go
"""

from simulator.kubectl.creating import five_letters
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.patching import VERSION
from simulator.kubectl.podflags import environment
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.patches import strategic
from simulator.machinery.schemas import schemas
from simulator.runtime.errors import OSFailure

FIXED = ("name", "command", "image", "lifecycle", "volumeDevices")
"""Fields of a container that a custom profile may not give."""


def new_name(kubectl: Kubectl, pod: Object | None) -> str:
    """The name of the debugging container: as given, or one that is new."""
    given = kubectl.options.text("container")
    if given:
        return given
    name = f"debugger-{five_letters(kubectl.now)}"
    if pod is not None and not kubectl.options.flag("quiet"):
        kubectl.print(f"Defaulting debug container name to {name}.")
    return name


def container_of(kubectl: Kubectl, name: str, words: list[str]) -> Object:
    options = kubectl.options
    container: Object = {"name": name, "image": options.text("image"), "terminationMessagePolicy": "File"}
    if options.text("image-pull-policy"):
        container["imagePullPolicy"] = options.text("image-pull-policy")
    if words:
        container["args" if options.flag("arguments-only") else "command"] = words
    if variables := environment(options.texts("env")):
        container["env"] = variables
    for flag in ("stdin", "tty"):
        if options.flag(flag):
            container[flag] = True
    return container


def custom_profile(kubectl: Kubectl) -> Object:
    """The part of a container that a file gives. Raises CommandError."""
    path = kubectl.options.text("custom")
    if not path:
        return {}
    try:
        content = yaml.load(kubectl.terminal.read_file(path))
    except OSFailure as failure:
        raise CommandError(
            f"must pass a container spec json file for custom profile: open {path}: {failure.words.lower()}"
        ) from None
    except yaml.YAMLError as error:
        raise CommandError(f"{path} does not contain a valid container spec: {error}") from None
    profile = content if isinstance(content, dict) else {}
    if any(profile.get(field) for field in FIXED):
        raise CommandError("name, command, image, lifecycle and volume devices are not modifiable via custom profile")
    return profile


def customized(container: Object, custom: Object) -> Object:
    if not custom:
        return container
    return strategic.apply(container, custom, schemas(VERSION).type("io.k8s.api.core.v1.Container"))


def security(profile: str) -> Object:
    """What a profile lets the debugging container do. Upstream: profiles.go"""
    if profile == "general":
        return {"securityContext": {"capabilities": {"add": ["SYS_PTRACE"]}}}
    if profile == "netadmin":
        return {"securityContext": {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}}}
    if profile == "sysadmin":
        return {"securityContext": {"privileged": True}}
    if profile == "restricted":
        return {
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            }
        }
    return {}
