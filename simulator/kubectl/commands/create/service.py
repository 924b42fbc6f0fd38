"""kubectl create service clusterip, nodeport, loadbalancer and externalname.

Upstream: kubectl/pkg/cmd/create/create_service.go
"""

import re

from simulator.kubectl.command import Command, Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery import names
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

LARGEST_PORT = 65535


def services(kind: str) -> Collection:
    return Collection("v1", "Service", "services", failure=f"failed to create {kind} service:")


def tcp(help: str = "A port and the one behind it, as '<port>:<targetPort>'. May be repeated.") -> Flag:
    return Flag("tcp", (), help, kind="slice")


def create_service(kubectl: Kubectl, kind: str, *, needs_ports: bool = True, **fields: object) -> Outcome:
    """Create a service of a type that leads to the pods with label app=NAME."""
    name = completed(kubectl)
    pairs = kubectl.options.texts("tcp")
    if needs_ports and not pairs:
        raise CommandError("at least one tcp port specifier must be provided")
    ports = [service_port(pair) for pair in pairs]
    return send_service(kubectl, kind, name, ports, fields)


def send_service(kubectl: Kubectl, kind: str, name: str, ports: list[Object], fields: Object) -> Outcome:
    labels = {"app": name}
    spec: Object = {"selector": labels, "type": kind, **fields}
    if ports:
        spec["ports"] = ports
    create_one(kubectl, {"metadata": {**metadata_of(kubectl, name), "labels": labels}, "spec": spec}, services(kind))
    return None


def service_port(text: str) -> Object:
    """A port of `PORT`, `PORT:TARGET` or `PORT:NAME`."""
    parts = text.split(":")
    port = port_number(parts[0])
    target: int | str = port
    if len(parts) > 1:
        target = target_port(parts[1])
    return {"name": text.replace(":", "-"), "protocol": "TCP", "port": port, "targetPort": target}


def port_number(text: str) -> int:
    if not re.fullmatch(r"\d+", text):
        raise CommandError(f"strconv.ParseUint: parsing {quoted(text)}: invalid syntax")
    if int(text) > LARGEST_PORT:
        raise CommandError(f"strconv.ParseUint: parsing {quoted(text)}: value out of range")
    return int(text)


def target_port(text: str) -> int | str:
    """A number or a name of a port."""
    if re.fullmatch(r"[+-]?\d+", text):
        wrong = names.port_number(int(text))
        if wrong:
            raise CommandError(wrong[0])
        return int(text)
    if wrong := names.port_name(text):
        raise CommandError(",".join(wrong))
    return text


@command(
    "clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
    summary="Create a ClusterIP service",
    description="Create a ClusterIP service with the specified name.",
    examples=(
        ("Create a ClusterIP service called my-cs", "kubectl create service clusterip my-cs --tcp=5678:8080"),
        ("Create a headless one", 'kubectl create service clusterip my-cs --clusterip="None"'),
    ),
    flags=(
        *CREATING,
        Flag("clusterip", "", "The address to have, or 'None' for a headless service; without it the cluster chooses."),
        tcp(),
    ),
)
def clusterip(kubectl: Kubectl) -> Outcome:
    address = kubectl.options.text("clusterip")
    if address == "None":
        return create_service(kubectl, "ClusterIP", needs_ports=False, clusterIP=address)
    if address:
        return create_service(kubectl, "ClusterIP", clusterIP=address)
    return create_service(kubectl, "ClusterIP")


@command(
    "nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    summary="Create a NodePort service",
    description="Create a NodePort service with the specified name.",
    examples=(("Create a NodePort service called my-ns", "kubectl create service nodeport my-ns --tcp=5678:8080"),),
    flags=(*CREATING, Flag("node-port", 0, "The port to open on each node."), tcp()),
)
def nodeport(kubectl: Kubectl) -> Outcome:
    name = completed(kubectl)
    pairs = kubectl.options.texts("tcp")
    if not pairs:
        raise CommandError("at least one tcp port specifier must be provided")
    ports = [service_port(pair) for pair in pairs]
    if node_port := kubectl.options.number("node-port"):
        ports = [{**port, "nodePort": node_port} for port in ports]
    return send_service(kubectl, "NodePort", name, ports, {})


@command(
    "loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    summary="Create a LoadBalancer service",
    description="Create a LoadBalancer service with the specified name.",
    examples=(
        ("Create a LoadBalancer service called my-lbs", "kubectl create service loadbalancer my-lbs --tcp=5678:8080"),
    ),
    flags=(*CREATING, tcp()),
)
def loadbalancer(kubectl: Kubectl) -> Outcome:
    return create_service(kubectl, "LoadBalancer")


@command(
    "externalname NAME --external-name external.name [--dry-run=server|client|none]",
    summary="Create an ExternalName service",
    description="Create an ExternalName service with the specified name.\n\n"
    " Its name is another name for a host outside: no pods stand behind it.",
    examples=(
        (
            "Create an ExternalName service called my-ns",
            "kubectl create service externalname my-ns --external-name bar.com",
        ),
    ),
    flags=(*CREATING, Flag("external-name", "", "The name of the host"), tcp()),
    required=("external-name",),
)
def externalname(kubectl: Kubectl) -> Outcome:
    name = completed(kubectl)
    target = kubectl.options.text("external-name")
    if names.dns_subdomain(target):
        raise CommandError(f"invalid service external name {target}")
    ports = [service_port(pair) for pair in kubectl.options.texts("tcp")]
    return send_service(kubectl, "ExternalName", name, ports, {"externalName": target})


service = Command(
    usage="service [flags]",
    summary="Create a service using a specified subcommand",
    commands=(clusterip, externalname, loadbalancer, nodeport),
    aliases=("svc",),
)
