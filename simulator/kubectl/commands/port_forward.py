"""kubectl port-forward: ports of this machine that lead to a Pod. Upstream: kubectl/pkg/cmd/portforward"""

from collections.abc import Sequence
from ipaddress import ip_address

from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.podchoice import the_object, with_pods
from simulator.kubectl.scheme import CLIENT_SCHEME
from simulator.kubectl.upgrading import FORWARDED, PORT_FORWARD, upgraded
from simulator.machinery.objects import Object, at
from simulator.runtime.errors import OSFailure

FIRST_FREE = 40000
LOCALHOST = ("127.0.0.1", "::1")
OWN_ADDRESSES = (*LOCALHOST, "0.0.0.0", "::")
"""Addresses of this machine on which one can listen."""


@command(
    "port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    summary="Forward one or more local ports to a pod",
    description="Forward one or more local ports to a pod.\n\n"
    " With another resource, such as deployment/mydeployment, one pod of it is chosen, and forwarding ends "
    "when that pod"
    " ends; start it again for another one.",
    examples=(
        ("Ports 5000 and 6000 here lead to 5000 and 6000 of the pod", "kubectl port-forward pod/mypod 5000 6000"),
        ("The same for a pod of a deployment", "kubectl port-forward deployment/mydeployment 5000 6000"),
        ("Port 8443 here leads to the service's port https", "kubectl port-forward service/myservice 8443:https"),
        ("Port 8888 here leads to 5000 of the pod", "kubectl port-forward pod/mypod 8888:5000"),
        ("Listen on all addresses", "kubectl port-forward --address 0.0.0.0 pod/mypod 8888:5000"),
        ("Any free port here leads to 5000 of the pod", "kubectl port-forward pod/mypod :5000"),
    ),
    flags=(
        Flag("address", ("localhost",), "Addresses to listen on: IP addresses or localhost.", kind="slice"),
        Flag("pod-running-timeout", "1m0s", "How long to wait until one pod runs", kind="duration"),
    ),
    completes=("pod",),
    dialect=TYPED,
)
def port_forward(kubectl: Kubectl) -> Outcome:
    args = kubectl.options.args
    if len(args) < 2:
        raise kubectl.usage_error("TYPE/NAME and list of ports are required for port-forward")
    info = the_object(kubectl, args[0], CLIENT_SCHEME)
    return with_pods(kubectl, info, forward_to, info.name, info.object)


@step
def forward_to(kubectl: Kubectl, pods: Sequence[Object], name: str, target: Object) -> Outcome:
    """Begin to forward to a Pod that stands for an object."""
    pod = pods[0]
    pairs = [forwarded(name, target, pod, text) for text in kubectl.options.args[1:]]
    path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
    pod = kubectl.clientset.get(path)
    phase = at(pod, "status", "phase", default="")
    if phase != "Running":
        raise CommandError(f"unable to forward port because pod is not running. Current status={phase}")
    addresses = local_addresses(kubectl.options.texts("address"))
    if any(remote == 0 for _, remote in pairs):
        raise CommandError("remote port must be > 0")
    dial(kubectl, path)
    ports = tuple(
        (listening, remote) for local, remote in pairs if (listening := listen(kubectl, addresses, local, remote))
    )
    if not ports:
        raise CommandError(
            f"unable to listen on any of the requested ports: [{' '.join(f'{{{a} {b}}}' for a, b in pairs)}]"
        )
    kubectl.memory["forward"] = {"path": path, "ports": ports}
    return kubectl.wait(forwarding, path, stream=True)


def local_addresses(texts: Sequence[str]) -> list[str]:
    """The addresses to listen on, each once. Raises CommandError."""
    found: dict[str, None] = {}
    for text in texts:
        for address in LOCALHOST if text == "localhost" else (text,):
            try:
                ip_address(address)
            except ValueError:
                raise CommandError(f"{text} is not a valid IP") from None
            found[address] = None
    return list(found)


def dial(kubectl: Kubectl, path: str) -> None:
    """See whether the Pod can be reached; each connection is carried on its own then."""
    kubectl.client.log(4, "tunneling_dialer.go:120", '"Before WebSocket Upgrade Connection..."')
    try:
        upgraded(kubectl, f"{path}/portforward", None, PORT_FORWARD)
    except CommandError as error:
        raise CommandError(f"error upgrading connection: {error}") from None
    kubectl.client.log(4, "tunneling_dialer.go:130", f'"Negotiation complete" protocol="{FORWARDED}"')
    kubectl.client.log(8, "tunneling_connection.go:67", '"Tunneling connection read..."')
    kubectl.client.log(8, "tunneling_connection.go:77", '"Tunneling connection read before NextReader()..."')


def listen(kubectl: Kubectl, addresses: list[str], port: int, remote: int) -> int:
    """Take connections on a port, or on any free one for 0; which one it is, 0 where an address does not let one."""
    own = [address for address in addresses if address in OWN_ADDRESSES]
    listening = free(kubectl, port) if own else 0
    for address in own if listening else ():
        kubectl.print(f"Forwarding from {hosted(address)}:{listening} -> {remote}")
    failed = [address for address in addresses if not listening or address not in own]
    if failed:
        kubectl.complain(
            f"Unable to listen on port {port}: Listeners failed to create with the following errors: "
            f"[{' '.join(unlistened(address, port) for address in failed)}]"
        )
    return 0 if failed else listening


def unlistened(address: str, port: int) -> str:
    why = "address already in use" if address in OWN_ADDRESSES else "cannot assign requested address"
    where = f"listen tcp{6 if ':' in address else 4} {hosted(address)}:{port}"
    return f"unable to create listener: Error {where}: bind: {why}"


def free(kubectl: Kubectl, port: int) -> int:
    for candidate in (port,) if port else range(FIRST_FREE, FIRST_FREE + 1000):
        try:
            kubectl.terminal.listen(candidate)
        except OSFailure:
            continue
        return candidate
    return 0


def hosted(address: str) -> str:
    return f"[{address}]" if ":" in address else address


HIGHEST_PORT = 65535


def forwarded(name: str, target: Object, pod: Object, text: str) -> tuple[int, int]:
    """The local and the remote port of `[LOCAL:]REMOTE`."""
    sides = text.split(":")
    left, right = sides if len(sides) == 2 else (sides[0], sides[0])
    colon = len(sides) == 2
    for side, digits in (("local", left), ("remote", right if colon else left)):
        if digits.isdecimal() and int(digits) > HIGHEST_PORT:
            words = f'strconv.ParseUint: parsing "{digits}": value out of range'
            raise CommandError(f"error parsing {side} port '{digits}': {words}")
    remote = remote_port(name, target, pod, right if colon else left)
    if not colon:
        return (remote if not left.isdecimal() else int(left)), remote
    if left and not left.isdecimal():
        raise CommandError(f"error parsing local port '{left}': strconv.ParseUint: parsing \"{left}\": invalid syntax")
    return int(left or 0), remote


def remote_port(name: str, target: Object, pod: Object, text: str) -> int:
    """The container's port; a Service's port is translated to what is behind it."""
    if target["kind"] == "Service":
        for port in target["spec"].get("ports") or ():
            if text in (str(port["port"]), port.get("name")):
                behind = port.get("targetPort", port["port"])
                return behind if isinstance(behind, int) else named_port(pod, str(behind))
        if text.isdecimal():
            raise CommandError(f"Service {name} does not have a service port {text}")
        raise CommandError(f"Service '{name}' does not have a named port '{text}'")
    return int(text) if text.isdecimal() else named_port(pod, text)


def named_port(pod: Object, name: str) -> int:
    for container in pod["spec"]["containers"]:
        for port in container.get("ports") or ():
            if port.get("name", "") == name:
                if not name:
                    raise CommandError("remote port cannot be empty")
                return int(port["containerPort"])
    raise CommandError(f"Pod '{pod['metadata']['name']}' does not have a named port '{name}'")


@step
def forwarding(kubectl: Kubectl, path: str) -> Outcome:
    """Go on until the Pod is gone."""
    pod = kubectl.client.noticed(path)
    if pod is None or at(pod, "status", "phase") in ("Succeeded", "Failed"):
        kubectl.complain("error: lost connection to pod")
        return 1
    return kubectl.wait(forwarding, path, stream=True)
