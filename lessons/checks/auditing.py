"""Checks of the audit trail: who did what, with which program."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.view import View
from simulator.apiserver.audit.events import event
from simulator.machinery.objects import Object


def audit(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{audit: {verb: create, resource: pods/binding, agent: "kube-scheduler/*"}, at_least: 1}`: how many entries of
    the audit trail are like that. Texts may hold `*`; `user` is whom the request was for, `code` the answer's."""
    wanted: Mapping[str, Any] = declared["audit"]
    unknown = sorted(set(wanted) - set(FIELDS))
    if unknown:
        raise ValueError(f"an audit check knows {', '.join(FIELDS)}, not {', '.join(unknown)}")
    trail, release = view.cluster.server.audit, view.cluster.release
    found = sum(is_like(event(number, noted, release), wanted) for number, noted in trail.entries())
    holds, text = compare(found, declared)
    if holds:
        return MET
    about = ", ".join(f"{name} {value}" for name, value in wanted.items())
    return unmet(
        both(f"entries with {about}: {text['en']}", f"{about} 기록 수: {text['ko']}"), plain(found), "audit.log"
    )


def is_like(entry: Object, wanted: Mapping[str, Any]) -> bool:
    return all(fnmatchcase(FIELDS[name](entry), str(value)) for name, value in wanted.items())


def resource(entry: Object) -> str:
    named = entry["objectRef"]
    below = named.get("subresource")
    return f"{named['resource']}/{below}" if below else str(named["resource"])


FIELDS: dict[str, Callable[[Object], str]] = {
    "verb": lambda entry: entry["verb"],
    "resource": resource,
    "namespace": lambda entry: entry["objectRef"].get("namespace", ""),
    "name": lambda entry: entry["objectRef"].get("name", ""),
    "user": lambda entry: (entry.get("impersonatedUser") or entry["user"])["username"],
    "agent": lambda entry: entry.get("userAgent", ""),
    "code": lambda entry: str(entry["responseStatus"]["code"]),
}
"""What an audit check may ask for, and where it stands in an entry."""
