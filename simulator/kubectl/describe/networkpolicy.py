"""A NetworkPolicy, told as what it lets through. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Sequence

from simulator.kernel.clock import moment
from simulator.kubectl.describe.page import Page
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object
from simulator.machinery.selectors import formatted

INDENT = "    "
EVERY_POD = "<none> (Allowing the specific traffic to all pods in this namespace)"


def describe(kubectl: Kubectl, page: Page, policy: Object) -> None:
    metadata, spec = policy["metadata"], policy["spec"]
    page.field(0, "Name", metadata["name"])
    page.field(0, "Namespace", metadata["namespace"])
    page.field(0, "Created on", created(metadata["creationTimestamp"]))
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    page.line(0, "Spec:")
    selector = spec.get("podSelector") or {}
    chosen = formatted(selector) if selector.get("matchLabels") or selector.get("matchExpressions") else EVERY_POD
    page.line(1, f"PodSelector:     {chosen}")
    types = spec.get("policyTypes") or ()
    for kind, field, peers, word, ends in (
        ("Ingress", "ingress", "from", "From", "source"),
        ("Egress", "egress", "to", "To", "destination"),
    ):
        if kind in types:
            page.line(1, f"Allowing {field} traffic:")
            describe_rules(page, spec.get(field) or (), field, peers, word, ends)
        else:
            page.line(1, f"Not affecting {field} traffic")
    page.line(1, f"Policy Types: {', '.join(types) or '<none>'}")


def created(timestamp: str) -> str:
    """A time as Go prints it: `2026-11-02 09:00:00 +0000 UTC`."""
    assert moment(timestamp) >= 0
    return timestamp.replace("T", " ").removesuffix("Z") + " +0000 UTC"


def describe_rules(page: Page, rules: Sequence[Object], direction: str, peers: str, word: str, ends: str) -> None:
    if not rules:
        page.line(0, f"{INDENT}<none> (Selected pods are isolated for {direction} connectivity)")
    for index, rule in enumerate(rules):
        describe_ports(page, rule.get("ports") or ())
        if not rule.get(peers):
            page.line(0, f"{INDENT}{word}: <any> (traffic not restricted by {ends})")
        for peer in rule.get(peers) or ():
            page.line(0, f"{INDENT}{word}:")
            describe_peer(page, peer)
        if index < len(rules) - 1:
            page.line(0, f"{INDENT}----------")


def describe_ports(page: Page, ports: Sequence[Object]) -> None:
    if not ports:
        page.line(0, f"{INDENT}To Port: <any> (traffic allowed to all ports)")
    for port in ports:
        protocol = port.get("protocol", "TCP")
        number = port.get("port", "<nil>")
        if port.get("endPort") is None:
            page.line(0, f"{INDENT}To Port: {number}/{protocol}")
        else:
            page.line(0, f"{INDENT}To Port Range: {number}-{port['endPort']}/{protocol}")


def describe_peer(page: Page, peer: Object) -> None:
    for title, field in (("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")):
        if peer.get(field) is not None:
            page.line(1, f"{INDENT}{title}: {formatted(peer[field])}")
    if "ipBlock" in peer:
        page.line(1, f"{INDENT}IPBlock:")
        page.line(2, f"{INDENT}CIDR: {peer['ipBlock']['cidr']}")
        page.line(2, f"{INDENT}Except: {', '.join(peer['ipBlock'].get('except') or ())}")
