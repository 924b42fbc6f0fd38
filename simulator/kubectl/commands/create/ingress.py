"""kubectl create ingress. Upstream: kubectl/pkg/cmd/create/create_ingress.go"""

import re

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

INGRESSES = Collection("networking.k8s.io/v1", "Ingress", "ingresses", failure="failed to create ingress:")

PATTERN = re.compile(r"[\w*.-]*/.*=[\w-]+:[\w-]+", re.ASCII)
"""What a rule begins with; what comes after that is not looked at."""
NUMBER = re.compile(r"[+-]?\d+", re.ASCII)
SMALLEST, LARGEST = -(2**31), 2**31 - 1
"""What a port that is a number can be; any other is a name."""


@command(
    "ingress NAME --rule=host/path=service:port[,tls[=secret]] ",
    summary="Create an ingress with the specified name",
    description="Create an ingress with the specified name.",
    examples=(
        (
            "One path of one host, served with a certificate",
            'kubectl create ingress simple --rule="foo.com/bar=svc1:8080,tls=my-cert"',
        ),
        (
            "Every host, for an ingress class",
            'kubectl create ingress catch-all --class=otheringress --rule="/path=svc:port"',
        ),
        (
            "Two annotations",
            'kubectl create ingress annotated --class=default --rule="foo.com/bar=svc:port" '
            "--annotation ingress.annotation1=foo --annotation ingress.annotation2=bla",
        ),
        (
            "A backend for what no rule matches",
            'kubectl create ingress ing1 --default-backend=defaultsvc:http --rule="foo.com/*=svc:8080,tls=secret1"',
        ),
    ),
    flags=(
        *CREATING,
        Flag("annotation", (), "An annotation, as annotation=value"),
        Flag("class", "", "The ingress class"),
        Flag("default-backend", "", "The service of what no rule matches, as svcname:port"),
        Flag("rule", (), "A rule, as host/path=service:port[,tls=secretname]. A path that ends in '*' is a prefix."),
    ),
    aliases=("ing",),
)
def ingress(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    backend, rules = options.text("default-backend"), options.texts("rule")
    if not backend and not rules:
        raise CommandError("not enough information provided: every ingress has to either specify a default-backend "
                           "(which catches all traffic) or a list of rules (which catch specific paths)")  # fmt: skip
    check(rules, options.texts("annotation"), backend)
    metadata = metadata_of(kubectl, name)
    if annotations := dict(pair.partition("=")[::2] for pair in options.texts("annotation")):
        metadata["annotations"] = annotations
    spec: Object = {}
    if options.text("class"):
        spec["ingressClassName"] = options.text("class")
    if backend:
        spec["defaultBackend"] = {"service": service_of(*backend.split(":"))}
    if secured := certificates(rules):
        spec["tls"] = secured
    if rules:
        spec["rules"] = hosts(rules)
    create_one(kubectl, {"metadata": metadata, "spec": spec}, INGRESSES)
    return None


def check(rules: list[str], annotations: list[str], backend: str) -> None:
    for rule in rules:
        if PATTERN.match(rule) is None:
            raise CommandError(
                f"rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            )
    for annotation in annotations:
        if "=" not in annotation:
            raise CommandError(f"annotation {annotation} is invalid and should be in format key=[value]")
    if backend and len(backend.split(":")) != 2:
        raise CommandError("default-backend should be in format servicename:serviceport")


def service_of(name: str, port: str) -> Object:
    if NUMBER.fullmatch(port) and len(port) < 40 and SMALLEST <= int(port) <= LARGEST:
        return {"name": name, "port": {"number": int(port)} if int(port) else {}}
    return {"name": name, "port": {"name": port} if port else {}}


def hosts(rules: list[str]) -> list[Object]:
    """The rules by host, hosts and paths in the order typed."""
    by_host: dict[str, list[Object]] = {}
    for rule in rules:
        host, _, rest = rule.partition(",")[0].partition("/")
        path, target = f"/{rest}".split("=")[:2]
        kind = "Prefix" if path.endswith("*") else "Exact"
        name, port, *_ = [*target.split(":"), ""]
        backend = {"service": service_of(name, port)}
        by_host.setdefault(host, []).append({"path": path.removesuffix("*"), "pathType": kind, "backend": backend})
    return [{**({"host": host} if host else {}), "http": {"paths": by_host[host]}} for host in by_host]


def certificates(rules: list[str]) -> list[Object]:
    """Which hosts are served with which secret; each host is only once."""
    by_secret: dict[str, list[str]] = {}
    seen: set[str] = set()
    for rule in rules:
        parts = rule.split(",")
        host = rule.partition("/")[0]
        if len(parts) != 2 or host in seen:
            continue
        seen.add(host)
        secret = [*parts[1].split("="), ""][1]
        if secret in by_secret:
            by_secret[secret].append(host)
        elif host or secret:
            by_secret[secret] = [host] if host else []
    return [
        {**({"hosts": named} if named else {}), **({"secretName": secret} if secret else {})}
        for secret, named in by_secret.items()
    ]
