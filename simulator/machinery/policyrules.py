"""What the rules of roles cover. Upstream: k8s.io/component-helpers/auth/rbac/validation"""

from collections.abc import Iterable, Iterator

from simulator.machinery.objects import Object


def uncovered(held: Iterable[Object], granted: Iterable[Object]) -> list[Object]:
    """The parts of rules that no held rule covers. Upstream: Covers"""
    held = list(held)
    return [part for rule in granted for part in broken_down(rule) if not any(covers(own, part) for own in held)]


def broken_down(rule: Object) -> Iterator[Object]:
    """A rule as rules of one group, resource, name and verb each."""
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in rule.get("verbs") or ():
                part = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
                names = rule.get("resourceNames")
                yield from ({**part, "resourceNames": [name]} for name in names) if names else (part,)
    for url in rule.get("nonResourceURLs") or ():
        for verb in rule.get("verbs") or ():
            yield {"nonResourceURLs": [url], "verbs": [verb]}


def covers(own: Object, part: Object) -> bool:
    """Whether a held rule covers a rule of one group, resource, name and verb. Upstream: ruleCovers"""
    verb = part["verbs"][0]
    if "*" not in (own.get("verbs") or ()) and verb not in (own.get("verbs") or ()):
        return False
    if "nonResourceURLs" in part:
        return any(covers_path(url, part["nonResourceURLs"][0]) for url in own.get("nonResourceURLs") or ())
    groups, resources = own.get("apiGroups") or (), own.get("resources") or ()
    resource = part["resources"][0]
    _, _, below = resource.partition("/")
    if "*" not in groups and part["apiGroups"][0] not in groups:
        return False
    if not ("*" in resources or resource in resources or (below and f"*/{below}" in resources)):
        return False
    names, asked = own.get("resourceNames"), part.get("resourceNames")
    return not names or (asked is not None and asked[0] in names)


def covers_path(url: str, path: str) -> bool:
    return url in ("*", path) or (url.endswith("*") and path.startswith(url[:-1]))
