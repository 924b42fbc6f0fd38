"""Which rule a request meets. Upstream: ingress-nginx docs/user-guide/nginx-configuration/annotations.md, canary"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import re2

from simulator.machinery.objects import Object
from simulator.network.ingress.rules import Rule, class_of, host_matches, in_order, path_matches, rules_of
from simulator.network.policies import is_in
from simulator.runtime.network import HttpRequest

type Draw = Callable[[int], int]
"""A whole number below a limit."""


class Routes(NamedTuple):
    """What all Ingresses of the controller's classes ask for."""

    by_host: Mapping[str, tuple[Rule, ...]]
    secrets: Mapping[str, tuple[str, str]]
    """Host → namespace and name of the Secret with its certificate."""


def compiled(ingresses: list[Object], classes: set[str]) -> Routes:
    by_host: dict[str, list[Rule]] = {}
    secrets: dict[str, tuple[str, str]] = {}
    for ingress in ingresses:
        if class_of(ingress) not in classes:
            continue
        for rule in rules_of(ingress):
            by_host.setdefault(rule.host, []).append(rule)
        for entry in ingress["spec"].get("tls") or ():
            for host in entry.get("hosts") or ():
                secrets.setdefault(host, (ingress["metadata"]["namespace"], entry.get("secretName", "")))
    return Routes({host: tuple(in_order(rules)) for host, rules in by_host.items()}, secrets)


def chosen(table: Routes, host: str, path: str, request: HttpRequest, draw: Draw) -> Rule | None:
    """The rule for a request: of the host itself, else of a wildcard, else of those without host."""
    for name in (host, f"*.{host.partition('.')[2]}", ""):
        rules = table.by_host.get(name)
        if rules is None or (not host_matches(name, host) and name):
            continue
        found = [rule for rule in rules if matches(rule, path)]
        normal = [rule for rule in found if rule.annotations.get("canary") != "true"]
        if not normal:
            return None
        first = normal[0]
        canary = next((one for one in found if one not in normal and one.path == first.path), None)
        return canary if canary is not None and takes(canary, request, draw) else first
    return None


def takes(canary: Rule, request: HttpRequest, draw: Draw) -> bool:
    """Whether a canary gets a request: by header, else by weight."""
    notes = canary.annotations
    header = notes.get("canary-by-header", "").lower()
    if header and header in request.headers:
        value = request.headers[header]
        wanted = notes.get("canary-by-header-value")
        if value == (wanted or "always"):
            return True
        if wanted is None and value == "never":
            return False
    weight = notes.get("canary-weight", "0")
    return draw(100) < (int(weight) if weight.isdecimal() else 0)


def matches(rule: Rule, path: str) -> bool:
    if rule.kind != "Regex":
        return path_matches(rule, path)
    try:
        return re2.match(f"(?i){rule.path}", path) is not None
    except re2.error:
        return False


def rewritten(rule: Rule, path: str) -> str:
    """The path that the Pods see: `rewrite-target`, with `$1` and so on from the rule's expression."""
    target = rule.annotations.get("rewrite-target")
    if not target:
        return path
    if "$" not in target:
        return target
    try:
        found = re2.match(f"(?i){rule.path}", path)
    except re2.error:
        return path
    if found is None:
        return path
    for number in range(9, 0, -1):
        value = found.group(number) if number <= len(found.groups()) else None
        target = target.replace(f"${number}", value or "")
    return target if target.startswith("/") else f"/{target}"


def allowed(ip: str, ranges: str) -> bool:
    try:
        return is_in(ip, [one.strip() for one in ranges.split(",") if one.strip()])
    except ValueError:
        return True  # a range that cannot be read is left out, as nginx's controller does


def secret_of(table: Routes, host: str) -> tuple[str, str] | None:
    return table.secrets.get(host) or table.secrets.get(f"*.{host.partition('.')[2]}")
