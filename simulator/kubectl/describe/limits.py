"""ResourceQuotas and LimitRanges, alone and as a part of their Namespace. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Iterable, Sequence

from simulator.kubectl.describe.page import Page
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at

LIMIT_TITLES = ("Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio")
LIMIT_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")

SCOPES = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before "
    "being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually include long running "
    "pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality "
    "of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods have a burstable or "
    "guaranteed quality of service.",
}


def describe_quota(kubectl: Kubectl, page: Page, quota: Object) -> None:
    page.field(0, "Name", quota["metadata"]["name"])
    page.field(0, "Namespace", quota["metadata"]["namespace"])
    describe_scopes(page, quota, 0, " * ")
    page.table(0, ("Resource", "Used", "Hard"), usage(quota), ("--------", "----", "----"))


def describe_quotas(page: Page, quotas: Sequence[Object]) -> None:
    if not quotas:
        page.line(0, "No resource quota.")
        return
    page.line(0, "Resource Quotas")
    for quota in sorted(quotas, key=lambda one: str(one["metadata"]["name"])):
        page.field(1, "Name", quota["metadata"]["name"])
        describe_scopes(page, quota, 1, "* ")
        page.table(1, ("Resource", "Used", "Hard"), usage(quota), ("--------", "---", "---"))


def describe_scopes(page: Page, quota: Object, level: int, mark: str) -> None:
    scopes = sorted(quota["spec"].get("scopes") or ())
    if scopes:
        page.field(level, "Scopes", ", ".join(scopes))
    for scope in scopes:
        if scope in SCOPES:
            page.line(level, mark + SCOPES[scope])


def usage(quota: Object) -> list[tuple[str, str, str]]:
    hard, used = at(quota, "status", "hard", default={}), at(quota, "status", "used", default={})
    return [(name, used.get(name, "0"), hard[name]) for name in sorted(hard)]


def describe_limit_range(kubectl: Kubectl, page: Page, limit_range: Object) -> None:
    page.field(0, "Name", limit_range["metadata"]["name"])
    page.field(0, "Namespace", limit_range["metadata"]["namespace"])
    page.table(0, LIMIT_TITLES, list(limit_rows(limit_range)))


def describe_limits(page: Page, limit_ranges: Sequence[Object]) -> None:
    if not limit_ranges:
        page.line(0, "No LimitRange resource.")
        return
    page.line(0, "Resource Limits")
    page.line(0, " Type", *LIMIT_TITLES[1:])
    page.line(0, " ----", *("-" * len(title) for title in LIMIT_TITLES[1:]))
    for limit_range in limit_ranges:
        for kind, *cells in limit_rows(limit_range):
            page.line(0, f" {kind}", *cells)


def limit_rows(limit_range: Object) -> Iterable[tuple[str, ...]]:
    for item in limit_range["spec"].get("limits") or ():
        names = sorted({name: None for field in LIMIT_FIELDS for name in item.get(field) or {}})
        for name in names:
            yield (item["type"], name, *(str((item.get(field) or {}).get(name, "-")) for field in LIMIT_FIELDS))
