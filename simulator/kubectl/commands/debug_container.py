"""The container that kubectl debug works in: what flags, a profile and a file of one's own make it.

Upstream: kubectl/pkg/cmd/debug, profiles.go
"""

from copy import deepcopy
from itertools import count

from simulator.kubectl.creating import five_letters
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.patching import VERSION
from simulator.kubectl.podflags import environment
from simulator.machinery import yaml
from simulator.machinery.decoding import DecodeError, decode
from simulator.machinery.objects import Object, at
from simulator.machinery.patches import strategic
from simulator.machinery.schemas import schemas
from simulator.runtime.errors import OSFailure

CONTAINER = "io.k8s.api.core.v1.Container"
FIXED = ("name", "command", "image", "lifecycle", "volumeDevices")
"""Fields of a container that a custom profile may not give."""


ADDED = {"general": ["SYS_PTRACE"], "netadmin": ["NET_ADMIN", "NET_RAW"]}
RESTRICTED: Object = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
USER = (
    "Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile "
    'may not work. Please consider using "--custom" with a custom profile that specifies '
    '"securityContext.runAsUser: 0".'
)


def new_name(kubectl: Kubectl, pod: Object | None) -> str:
    """The name of the debugging container: as given, or one that is new."""
    given = kubectl.options.text("container")
    if given:
        return given
    taken = {each["name"] for each in at(pod or {}, "spec", "ephemeralContainers", default=[])}
    names = (f"debugger-{five_letters(number)}" for number in count(kubectl.now))
    name = next(name for name in names if name not in taken)
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
    if content is None:
        return {}
    try:
        return decode(content, schemas(VERSION).type(CONTAINER)).object
    except DecodeError as error:
        why = f"error unmarshaling JSON: while decoding JSON: {error}"
        raise CommandError(f"{path} does not contain a valid container spec: {why}") from None


def check_custom(custom: Object) -> None:
    if any(custom.get(field) for field in FIXED):
        raise CommandError("name, command, image, lifecycle and volume devices are not modifiable via custom profile")


def customized(container: Object, custom: Object) -> Object:
    if not custom:
        return container
    return strategic.apply(container, custom, schemas(VERSION).type(CONTAINER))


def secured(container: Object, profile: str) -> Object:
    """A container with what a profile lets it do: added to what it may do already, unless the profile starts anew.

    Upstream: profiles.go
    """
    already = at(container, "securityContext", default={})
    if added := ADDED.get(profile):
        capabilities = already.get("capabilities") or {}
        capabilities = {**capabilities, "add": [*capabilities.get("add", []), *added]}
        return {**container, "securityContext": {**already, "capabilities": capabilities}}
    if profile == "sysadmin":
        return {**container, "securityContext": {**already, "privileged": True}}
    if profile == "restricted":
        return {**container, "securityContext": deepcopy(RESTRICTED)}
    if profile == "baseline":
        return {field: value for field, value in container.items() if field != "securityContext"}
    return container


def warn_of_user(kubectl: Kubectl, pod: Object, container: Object) -> None:
    """Warn of capabilities that the user whom the pod names may make nothing of."""
    user = at(pod, "spec", "securityContext", "runAsUser", default=0)
    allowed = at(container, "securityContext", default={})
    may = allowed.get("privileged") or at(allowed, "capabilities", "add", default=[])
    if user and allowed.get("runAsUser") != 0 and may:
        kubectl.complain(USER)
